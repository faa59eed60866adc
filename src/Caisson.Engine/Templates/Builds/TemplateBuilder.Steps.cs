using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Templates.Copies;
using Caisson.Engine.Templates.Starting;

namespace Caisson.Engine.Templates.Builds;

internal sealed partial class TemplateBuilder
{
    private Task StepAsync(TemplateStep step, string number, CancellationToken cancellation)
    {
        switch (step)
        {
            case EnvironmentStep environment:
                Say(number, step.Text);
                _state = _state with { Environment = Set(environment) };
                return Task.CompletedTask;
            case UserStep user:
                Say(number, step.Text);
                _state = _state with { User = user.Name.Length == 0 ? _from.User : user.Name };
                return Task.CompletedTask;
            case DirectoryStep directory:
                return ChangeDirectoryAsync(directory, number, cancellation);
            case RunStep run:
                return CachedAsync(step, number, ["RUN", run.IsShell ? "shell" : "exec", run.User, .. run.Arguments, .. run.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")], () => CommandAsync(run, number, cancellation), cancellation);
            case CopyStep copy:
                return CopyAsync(copy, number, cancellation);
            default:
                throw new CaissonException(ErrorCode.Unsupported, $"there is no step of the kind {step.GetType().Name}");
        }
    }

    private Dictionary<string, string> Set(EnvironmentStep step)
    {
        var all = new Dictionary<string, string>(_state.Environment, StringComparer.Ordinal);
        foreach (var (name, value) in step.Variables)
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                throw new CaissonException(ErrorCode.InvalidArgument, "a variable's name must not be empty or hold '=', nor may it or its value hold NUL");
            // The values of one step see those before it, not each other.
            all[name] = VariableExpansion.Expand(value, _state.Environment);
        }

        return all;
    }

    private async Task ChangeDirectoryAsync(DirectoryStep step, string number, CancellationToken cancellation)
    {
        if (step.Path.Length == 0)
        {
            Say(number, step.Text);
            _state = _state with { Directory = _from.WorkingDirectory };
            return;
        }

        var path = Under(VariableExpansion.Expand(step.Path, _state.Environment));
        if (path == "/")
        {
            Say(number, step.Text);
            _state = _state with { Directory = path };
            return;
        }

        await CachedAsync(step, number, ["WORKDIR", path], () => MakeDirectoryAsync(path, cancellation), cancellation);
        _state = _state with { Directory = path };
    }

    private async Task MakeDirectoryAsync(string path, CancellationToken cancellation)
    {
        var sandbox = await _sandbox.OnAsync(_state, cancellation);
        try
        {
            _ = await sandbox.Guest.Files.MakeDirectoryAsync(path, User(null), cancellation);
        }
        catch (CaissonException there) when (there.Code == ErrorCode.AlreadyExists)
        {
            // As it should be.
        }
    }

    private async Task CopyAsync(CopyStep step, string number, CancellationToken cancellation)
    {
        var pattern = new CopyPattern(step.Source);
        var archive = uploads.Get(build.Tenant, step.Files);
        if (step.Mode is { } mode && (mode.Length > 5 || mode.Any(c => c is < '0' or > '7')))
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{mode}' is no mode in octal digits");
        var plan = await CopyPlan.ReadAsync(archive, pattern, _limits, cancellation);
        var user = User(Owner(step.User));
        var destination = Under(VariableExpansion.Expand(step.Destination, _state.Environment)) + (step.Destination.EndsWith('/') || step.Destination is "." or "./" ? "/" : "");
        await CachedAsync(step, number, ["COPY", step.Source, destination, user, step.Mode, plan.Hash], async () =>
        {
            var sandbox = await _sandbox.OnAsync(_state, cancellation);
            await new ArchiveCopy(sandbox.Guest, user, step.Mode, _stepLimit).RunAsync(archive, pattern, plan, destination, _limits, cancellation);
        }, cancellation);
        _users.Add(user);
    }

    // A group of the same name is what the user's files have anyway.
    private static string? Owner(string? user)
    {
        if (user is null || user.IndexOf(':', StringComparison.Ordinal) is var colon && colon < 0)
            return user;
        return user[(colon + 1)..] is var group && (group.Length == 0 || group == user[..colon])
            ? user[..colon]
            : throw new CaissonException(ErrorCode.Unsupported, $"copied files get their owner's own group, and '{user}' names another", "Name the user alone, and change the group in a RUN step.");
    }

    private async Task CommandAsync(RunStep step, string number, CancellationToken cancellation)
    {
        try
        {
            var exit = await RunInsideAsync(step, number, cancellation);
            if (exit.ExitCode == 0)
            {
                _users.Add(User(step.User));
                return;
            }

            var how = exit.TimedOut ? $"it did not end within {_stepLimit.TotalSeconds:0} s" : TemplateStart.Describe(exit);
            throw new CaissonException(ErrorCode.InvalidArgument, $"failed to run command '{step.Command}': {how}");
        }
        catch (CaissonException failure) when (failure.Code is ErrorCode.Unauthenticated or ErrorCode.NotFound or ErrorCode.PermissionDenied)
        {
            throw new CaissonException(failure.Code, $"failed to run command '{step.Command}': command failed: {Word(failure.Code)}: {failure.Message}", inner: failure);
        }
    }

    private async Task<ExecExited> RunInsideAsync(RunStep step, string number, CancellationToken cancellation)
    {
        var sandbox = await _sandbox.OnAsync(_state, cancellation);
        // The guest ends a program at its limit; a guest that says nothing for this much longer is not to be waited for.
        using var late = new CancellationTokenSource(_stepLimit + _patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        var request = new ExecRequest
        {
            Command = step.IsShell ? "" : step.Arguments[0],
            Arguments = step.IsShell ? [] : [.. step.Arguments.Skip(1)],
            Environment = new TemplateDefaults { Environment = step.Variables }.With(_state.Environment),
            WorkingDirectory = _state.Directory ?? recipe.StepDirectory,
            User = User(step.User),
            Timeout = _stepLimit,
        };
        var lines = new LogLines(log, number);
        await using var run = step.IsShell ? await Shell.StartAsync(sandbox.Guest, step.Command, request, stop.Token) : await sandbox.Guest.StartAsync(request, stop.Token);
        await foreach (var happened in run.ReadAsync(stop.Token))
        {
            if (happened is ExecOutputEvent output)
            {
                lines.Add(output.Data.Span);
            }
            else if (happened is ExecExited exit)
            {
                lines.Complete();
                return exit;
            }
        }

        throw new CaissonException(ErrorCode.Unavailable, "the sandbox did not say how the command ended");
    }

    private string User(string? asked) => asked ?? _state.User ?? recipe.StepUser ?? engine.Options.DefaultUser;

    private string Under(string path)
    {
        var full = path.StartsWith('/') ? path : $"{_state.Directory ?? recipe.StepDirectory ?? (User(null) == "root" ? "/root" : $"/home/{User(null)}")}/{path}";
        var parts = new List<string>();
        foreach (var part in full.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("." or ".."))
                parts.Add(part);
        }

        return "/" + string.Join('/', parts);
    }

    private static string Word(ErrorCode code) => code switch
    {
        ErrorCode.Unauthenticated => "unauthenticated",
        ErrorCode.NotFound => "not_found",
        _ => "permission_denied",
    };
}

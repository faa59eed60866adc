using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>One execution in one sandbox; a failure of ours is thrown, everything else is a result.</summary>
internal sealed class ExecutionAttempt(ISandbox sandbox, RolloutExecution execution, TimeProvider time)
{
    // ext4 keeps 2% or 16 MiB, whichever is less, for its own book-keeping: what is left of a full disk as its free blocks tell it.
    private const long MostKept = 16 << 20;
    private const int KeptShare = 50;
    private const long Slack = 1 << 20;

    private readonly IGuestFiles _files = sandbox.Guest.Files;

    public async Task<RolloutResult> RunAsync(CancellationToken cancellation)
    {
        foreach (var path in execution.Needs)
            await RequireAsync(path, cancellation);
        if (await PrepareAsync(cancellation) is { } refused)
            return refused;
        var run = new StepRun(sandbox.Guest, execution, time);
        var steps = new List<RolloutStepResult>();
        foreach (var step in execution.Steps)
        {
            try
            {
                steps.Add(await run.RunAsync(step, cancellation));
            }
            catch (CaissonException absent) when (absent.Code == ErrorCode.NotFound && step.IsToolchain)
            {
                throw Missing(step.Command);
            }
            catch (CaissonException wrong) when (wrong.Code is ErrorCode.NotFound or ErrorCode.PermissionDenied or ErrorCode.InvalidArgument)
            {
                return Result(RolloutLabel.Task, steps, wrong.Message);
            }

            if (!Continues(steps[^1], step))
                break;
        }

        var result = await JudgeAsync(steps, cancellation);
        return execution.Fetch.Count == 0 ? result : await FetchAsync(result, cancellation);
    }

    private static bool Continues(RolloutStepResult result, RolloutStep step) => result.Succeeded && !(result.OutputExceeded && step.EndAtOutputLimit);

    private async Task RequireAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await _files.StatAsync(path, execution.User, cancellation);
        }
        catch (CaissonException absent) when (absent.Code == ErrorCode.NotFound)
        {
            throw Missing(path);
        }
    }

    private CaissonException Missing(string program) => new(
        ErrorCode.Unsupported,
        $"'{program}' is not installed in the template '{execution.Spec.Template}'",
        "Install it where the template is made, or name a template that has it.");

    private async Task<RolloutResult?> PrepareAsync(CancellationToken cancellation)
    {
        try
        {
            await MakeDirectoryAsync(cancellation);
            foreach (var file in execution.Files)
            {
                await using var content = new MemoryStream(file.Content.ToArray(), writable: false);
                await _files.WriteAsync(Absolute(file.Path), execution.User, content, new WriteOptions(), cancellation);
            }

            return null;
        }
        catch (CaissonException full) when (full.Code == ErrorCode.ResourceExhausted)
        {
            return Result(RolloutLabel.Quota, [], $"the given files do not fit: {full.Message}");
        }
        catch (CaissonException wrong) when (wrong.Code is ErrorCode.InvalidArgument or ErrorCode.NotFound or ErrorCode.PermissionDenied or ErrorCode.AlreadyExists or ErrorCode.Unauthenticated)
        {
            return Result(RolloutLabel.Task, [], $"the given files could not be written: {wrong.Message}");
        }
    }

    private async Task MakeDirectoryAsync(CancellationToken cancellation)
    {
        try
        {
            await _files.MakeDirectoryAsync(execution.WorkingDirectory, execution.User, cancellation);
        }
        catch (CaissonException there) when (there.Code == ErrorCode.AlreadyExists)
        {
            // The user's home, for instance.
        }
    }

    private async Task<RolloutResult> JudgeAsync(List<RolloutStepResult> steps, CancellationToken cancellation)
    {
        var last = steps[^1];
        var denials = RefusedConnections.Of(sandbox);
        var (label, message) = last switch
        {
            { TimedOut: true } => (RolloutLabel.Timeout, null),
            { OutOfMemory: true } => (RolloutLabel.OutOfMemory, null),
            { OutputExceeded: true } when execution.Steps[steps.Count - 1].EndAtOutputLimit => (RolloutLabel.Quota, "the output limit was reached"),
            { ExitCode: 0 } => (RolloutLabel.Ok, null),
            _ when await DiskIsFullAsync(cancellation) => (RolloutLabel.Quota, "the disk limit was reached"),
            _ when denials.Count > 0 => (RolloutLabel.Policy, null),
            _ => (RolloutLabel.Task, (string?)null),
        };
        return Result(label, steps, message) with { Denials = denials };
    }

    private async Task<bool> DiskIsFullAsync(CancellationToken cancellation)
    {
        var disk = await sandbox.Guest.StatisticsAsync(cancellation);
        return disk.DiskTotalBytes > 0 && disk.DiskTotalBytes - disk.DiskUsedBytes < Math.Min(disk.DiskTotalBytes / KeptShare, MostKept) + Slack;
    }

    private async Task<RolloutResult> FetchAsync(RolloutResult result, CancellationToken cancellation)
    {
        var fetched = new List<RolloutFile>();
        var left = execution.FetchLimit;
        foreach (var path in execution.Fetch)
        {
            try
            {
                await using var file = await _files.ReadAsync(Absolute(path), execution.User, 0, left + 1, cancellation);
                using var content = new MemoryStream();
                await file.Content.CopyToAsync(content, cancellation);
                left -= content.Length;
                if (left < 0)
                {
                    return result with
                    {
                        Label = RolloutLabel.Quota,
                        Message = string.Create(CultureInfo.InvariantCulture, $"the files asked for are larger than {execution.FetchLimit} bytes"),
                        Files = fetched,
                    };
                }

                fetched.Add(new RolloutFile(path, content.ToArray()));
            }
            catch (CaissonException absent) when (absent.Code is ErrorCode.NotFound or ErrorCode.InvalidArgument or ErrorCode.PermissionDenied)
            {
                // The code did not make it, or made something else of it.
            }
        }

        return result with { Files = fetched };
    }

    private string Absolute(string path) =>
        path.StartsWith('/') || path.StartsWith("~/", StringComparison.Ordinal) ? path : $"{execution.WorkingDirectory.TrimEnd('/')}/{path}";

    private RolloutResult Result(RolloutLabel label, IReadOnlyList<RolloutStepResult> steps, string? message) =>
        new() { Label = label, Name = execution.Name, Steps = steps, Message = message };
}

using System.Text;
using Caisson.Core.Failures;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Languages;
using Caisson.Server.Api.Sandboxes;

namespace Caisson.Server.Api.Rollouts;

/// <summary>Turns a submission into a rollout, refusing what cannot be meant.</summary>
internal static class RolloutRequestOf
{
    private const double LongestTimeout = 3600;
    private const int MostArguments = 1000;
    private const int MostFiles = 1000;
    private const int MostOutput = 8 << 20;
    private const int LongestCode = 4 << 20;

    /// <summary>The rollout that a body asks for.</summary>
    public static RolloutRequest Body(SubmitRollout body)
    {
        if (body.Key is not null)
            Check.Name(body.Key, "key");
        var executions = new List<RolloutExecution>(body.Executions.Count);
        foreach (var execution in body.Executions)
        {
            try
            {
                executions.Add(Execution(execution ?? throw Bad("it is null")));
            }
            catch (CaissonException wrong)
            {
                throw new CaissonException(wrong.Code, $"executions[{executions.Count}]: {wrong.Message}", wrong.Remedy, wrong.Kind);
            }
        }

        return new RolloutRequest { Key = body.Key, Priority = body.Priority, Executions = executions };
    }

    private static RolloutExecution Execution(ExecutionBody body)
    {
        if (body.Name is { } name && (name.Length > 256 || name.Any(char.IsControl)))
            throw Bad("'name' is longer than 256 characters or has a control character in it.");
        if (body.Command is null == body.Code is null || body.Language is null != body.Code is null)
            throw Bad("Give either 'command', or 'language' and 'code'.");
        Seconds(body.TimeoutSeconds, "timeoutSeconds");
        Seconds(body.CompileTimeoutSeconds, "compileTimeoutSeconds");
        Check.Range(body.OutputLimit, 1, MostOutput, "outputLimit");
        if ((body.Files?.Count ?? 0) > MostFiles || body.Fetch.Count > MostFiles)
            throw Bad($"'files' and 'fetch' hold at most {MostFiles} each.");
        var spec = SandboxSpecOf.Request(new CreateSandbox
        {
            Template = body.Template,
            Wall = body.Wall,
            Resources = body.Resources,
            Environment = body.Environment,
            Egress = body.Egress,
        });
        var execution = new RolloutExecution
        {
            Name = body.Name,
            Spec = spec,
            User = Check.User(body.User),
            WorkingDirectory = Absolute(Check.Path(body.Cwd, "cwd")),
            Files = [.. (body.Files ?? []).Select(file => new RolloutFile(Check.Path(file.Key, "files"), file.Value ?? throw Bad("'files' has a null in it.")))],
            Fetch = [.. body.Fetch.Select(path => Check.Path(path, "fetch"))],
            Fresh = body.Fresh,
            Steps = [],
        };
        return body.Code is { } code ? Code(execution, body, code) : execution with { Steps = [Command(body)] };
    }

    private static RolloutExecution Code(RolloutExecution execution, ExecutionBody body, string code)
    {
        if (body.Arguments.Count > 0)
            throw Bad("'arguments' goes with 'command' only.");
        if (code.Length > LongestCode)
            throw Bad($"'code' is longer than {LongestCode} characters.");
        if (!LanguageTable.All.TryGetValue(body.Language!, out var recipe))
            throw new CaissonException(ErrorCode.InvalidArgument, "'language' is not one that this server knows.", $"It knows {string.Join(", ", LanguageTable.All.Keys)}.");
        return recipe.Apply(execution, code, new LanguageLimits(
            TimeSpan.FromSeconds(body.CompileTimeoutSeconds), TimeSpan.FromSeconds(body.TimeoutSeconds), Stdin(body), body.OutputLimit));
    }

    private static RolloutStep Command(ExecutionBody body)
    {
        if (body.Command!.Length == 0 || body.Arguments.Count > MostArguments)
            throw Bad($"'command' must not be empty and 'arguments' hold at most {MostArguments}.");
        Check.Text(body.Command, "command");
        foreach (var argument in body.Arguments)
            Check.Text(argument ?? throw Bad("'arguments' has a null in it."), "arguments");
        return new RolloutStep
        {
            Name = LanguageSteps.Run,
            Command = body.Command,
            Arguments = body.Arguments,
            Stdin = Stdin(body),
            Timeout = TimeSpan.FromSeconds(body.TimeoutSeconds),
            OutputLimit = body.OutputLimit,
        };
    }

    private static ReadOnlyMemory<byte>? Stdin(ExecutionBody body) => body.Stdin is { } text ? Encoding.UTF8.GetBytes(text) : (ReadOnlyMemory<byte>?)null;

    private static string Absolute(string path) => path.StartsWith('/') ? path : throw Bad("'cwd' must be an absolute path.");

    private static void Seconds(double seconds, string field)
    {
        if (seconds is not (> 0 and <= LongestTimeout))
            throw Bad($"'{field}' must be above 0 and at most {LongestTimeout}.");
    }

    private static CaissonException Bad(string message) => new(ErrorCode.InvalidArgument, message);
}

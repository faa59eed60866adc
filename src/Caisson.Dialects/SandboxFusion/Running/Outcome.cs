using System.Text;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Languages;

namespace Caisson.Dialects.SandboxFusion.Running;

/// <summary>Puts an execution's result into the protocol's words.</summary>
internal static class Outcome
{
    public const string Success = "Success";
    public const string Failed = "Failed";
    public const string SandboxError = "SandboxError";
    public const int OutputLimit = 1 << 20;

    private const string Finished = "Finished";
    private const string Late = "TimeLimitExceeded";

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The answer to <c>/run_code</c>.</summary>
    public static RunCodeResponse Code(RolloutResult result)
    {
        var compile = Step(result, LanguageSteps.Compile);
        var run = Step(result, LanguageSteps.Run);
        var (status, message) = Status(result);
        return new RunCodeResponse(status, message, compile, run, null, Files(result));
    }

    /// <summary>An answer to a request that could not be run at all.</summary>
    public static RunCodeResponse Refused(string message) => new(SandboxError, message, null, null, null, new Dictionary<string, byte[]>(StringComparer.Ordinal));

    /// <summary>The whole's status and message: what is no fault of the code is a SandboxError, else its steps decide.</summary>
    public static (string Status, string Message) Status(RolloutResult result)
    {
        if (result.Label == RolloutLabel.Infrastructure || result.Steps.Count == 0 || (result.Label == RolloutLabel.Task && result.Message is not null))
            return (SandboxError, result.Message ?? "nothing was run");
        if (result.Steps.All(step => step is { ExitCode: 0, TimedOut: false }))
            return result.Label == RolloutLabel.Quota && result.Message is not null ? (SandboxError, result.Message) : (Success, "");
        return (Failed, "");
    }

    /// <summary>One step, or null when it did not run.</summary>
    public static CommandRunResult? Step(RolloutResult result, string name) => result.Steps.FirstOrDefault(step => step.Name == name) is { } step
        ? new CommandRunResult(
            step.TimedOut ? Late : Finished, step.Duration.TotalSeconds, step.TimedOut ? null : step.ExitCode ?? -step.Signal, Text(step.Stdout), Text(step.Stderr))
        : null;

    /// <summary>The files fetched.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files(RolloutResult result) =>
        result.Files.DistinctBy(file => file.Path, StringComparer.Ordinal).ToDictionary(file => file.Path, file => file.Content.ToArray(), StringComparer.Ordinal);

    private static string Text(ReadOnlyMemory<byte> bytes)
    {
        var whole = bytes.Span;
        // A limit may have cut a character in two; that is no fault of the output's.
        for (var cut = 0; cut < 4 && bytes.Length >= OutputLimit && cut < whole.Length; cut++)
        {
            if (IsValid(whole[..^cut]))
                return _strict.GetString(whole[..^cut]);
        }

        try
        {
            return _strict.GetString(whole);
        }
        catch (DecoderFallbackException e)
        {
            return $"[DecodeError] the output is not UTF-8: {e.Message}";
        }
    }

    private static bool IsValid(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);
}

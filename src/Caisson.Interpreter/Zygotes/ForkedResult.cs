using System.Text;
using Caisson.Core.Events;
using Caisson.Engine.Rollouts;

namespace Caisson.Interpreter.Zygotes;

/// <summary>Decides whose fault the end of a fork was, in the same order as for a sandbox of its own.</summary>
internal static class ForkedResult
{
    private const int MostDenials = 100;
    private const int MostReason = 300;

    /// <summary>The result, where a fork can tell.</summary>
    public static ForkedOutcome Of(ForkedTask task, ZygoteRun run, ZygoteExit exit, TimeSpan duration, Func<bool> ranOutOfMemory, IReadOnlyList<EgressDecision> denied)
    {
        if (!exit.Begun)
            return new ForkedOutcome(null, $"it did not begin: {Encoding.UTF8.GetString(run.Stderr.Span[..Math.Min(run.Stderr.Length, MostReason)])}");
        var failed = exit.ExitCode != 0;
        var isOutOfMemory = failed && !exit.TimedOut && ranOutOfMemory();
        // The disk went with the cell: whether it was full is asked of one that lasts longer.
        if (failed && !isOutOfMemory && !exit.TimedOut && (run.Stderr.Span.IndexOf("No space left on device"u8) >= 0 || run.Stdout.Span.IndexOf("No space left on device"u8) >= 0))
            return new ForkedOutcome(null, "its disk may have been full");
        var denials = denied.Select(one => new RolloutDenial(one.Host, one.Port, one.Rule, one.Remedy)).Distinct().Take(MostDenials).ToList();
        var (label, message) = exit switch
        {
            { TimedOut: true } => (RolloutLabel.Timeout, null),
            _ when isOutOfMemory => (RolloutLabel.OutOfMemory, null),
            { Exceeded: true } when task.Step.EndAtOutputLimit => (RolloutLabel.Quota, "the output limit was reached"),
            { ExitCode: 0 } => (RolloutLabel.Ok, null),
            _ when denials.Count > 0 => (RolloutLabel.Policy, null),
            _ => (RolloutLabel.Task, (string?)null),
        };
        var result = new RolloutResult
        {
            Label = label,
            Message = message,
            Name = task.Execution.Name,
            Denials = denials,
            Isolation = RolloutIsolation.Zygote,
            Steps =
            [
                new RolloutStepResult
                {
                    Name = task.Step.Name,
                    ExitCode = exit.ExitCode,
                    Signal = exit.Signal,
                    TimedOut = exit.TimedOut,
                    OutOfMemory = isOutOfMemory,
                    OutputExceeded = exit.Exceeded,
                    Stdout = run.Stdout,
                    Stderr = run.Stderr,
                    Duration = duration,
                },
            ],
        };
        return new ForkedOutcome(result, null);
    }
}

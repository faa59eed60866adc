using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;

namespace Caisson.Server.Api.Processes;

/// <summary>Judges how an execution ended and whose fault it was.</summary>
internal static class ExecOutcome
{
    /// <summary>The last line of an execution that the guest reported the end of.</summary>
    public static ExitedLine Of(ExecExited exited, IReadOnlyList<Denial> denials) =>
        new(exited.ExitCode, exited.Signal, exited.OutputDropped, Kind(exited, denials), null, denials);

    /// <summary>The last line of an execution whose end nobody will ever report.</summary>
    public static ExitedLine Of(CaissonException failure, ISandbox sandbox, IReadOnlyList<Denial> denials, TimeProvider time)
    {
        // A sandbox that reached its end takes its guest with it: that is the time limit, not a fault of ours.
        var kind = sandbox.Info.EndsAt <= time.GetUtcNow() ? FailureKind.Timeout : failure.Kind;
        return new ExitedLine(null, null, 0, kind, failure.Message, denials);
    }

    private static FailureKind? Kind(ExecExited exited, IReadOnlyList<Denial> denials) => exited switch
    {
        { TimedOut: true } => FailureKind.Timeout,
        { OutOfMemory: true } => FailureKind.OutOfMemory,
        { ExitCode: 0 } => null,
        _ => denials.Count > 0 ? FailureKind.Policy : FailureKind.Task,
    };
}

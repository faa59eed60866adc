using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Client;

/// <summary>The last event of a streamed execution.</summary>
/// <param name="ExitCode">The exit code, or null when a signal or a failure of the sandbox ended it.</param>
/// <param name="Signal">The signal that ended it, or null.</param>
/// <param name="OutputDropped">How many bytes of output were dropped by a limit.</param>
/// <param name="Failure">Whose fault it is that it did not succeed, or null when it did.</param>
/// <param name="Message">What went wrong, where it was not the program's doing, or null.</param>
/// <param name="Denials">Connections refused meanwhile.</param>
public sealed record ExecOutcome(
    int? ExitCode, int? Signal, long OutputDropped, FailureKind? Failure, string? Message, IReadOnlyList<ExecDenial> Denials) : ExecEvent;

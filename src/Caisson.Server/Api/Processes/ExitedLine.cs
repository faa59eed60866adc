using Caisson.Core.Failures;

namespace Caisson.Server.Api.Processes;

/// <summary>The program ended.</summary>
/// <param name="ExitCode">Its exit code, or null when a signal or a failure of ours ended it.</param>
/// <param name="Signal">The signal that ended it, or null.</param>
/// <param name="OutputDropped">How many bytes of output were dropped by a limit.</param>
/// <param name="Failure">Whose fault it is that it did not succeed, or null when it did.</param>
/// <param name="Message">What went wrong, where it was not the program's doing, or null.</param>
/// <param name="Denials">Connections refused meanwhile, at most 100.</param>
internal sealed record ExitedLine(
    int? ExitCode, int? Signal, long OutputDropped, FailureKind? Failure, string? Message, IReadOnlyList<Denial> Denials) : ExecLine;

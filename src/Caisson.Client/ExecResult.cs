using Caisson.Core.Failures;

namespace Caisson.Client;

/// <summary>What came of a program.</summary>
/// <param name="Pid">Its pid inside.</param>
/// <param name="ExitCode">Its exit code, or null when a signal or a failure of the sandbox ended it.</param>
/// <param name="Signal">The signal that ended it, or null.</param>
/// <param name="Stdout">What it wrote to standard output.</param>
/// <param name="Stderr">What it wrote to standard error.</param>
/// <param name="OutputDropped">How many bytes of output were dropped by a limit.</param>
/// <param name="Failure">Whose fault it is that it did not succeed, or null when it did.</param>
/// <param name="Message">What went wrong, where it was not the program's doing, or null.</param>
/// <param name="Denials">Connections refused meanwhile.</param>
public sealed record ExecResult(
    int Pid, int? ExitCode, int? Signal, string Stdout, string Stderr, long OutputDropped, FailureKind? Failure, string? Message,
    IReadOnlyList<ExecDenial> Denials);

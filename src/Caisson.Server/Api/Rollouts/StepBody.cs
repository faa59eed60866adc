namespace Caisson.Server.Api.Rollouts;

/// <summary>What came of one step of an execution.</summary>
/// <param name="Name"><c>compile</c> or <c>run</c>.</param>
/// <param name="ExitCode">Its exit code, or null when a signal ended it.</param>
/// <param name="Signal">The signal that ended it, or null.</param>
/// <param name="TimedOut">Whether its time limit ended it.</param>
/// <param name="OutOfMemory">Whether the memory limit ended it.</param>
/// <param name="OutputExceeded">Whether it wrote more than its output limit.</param>
/// <param name="Stdout">What it wrote to standard output, as UTF-8 text.</param>
/// <param name="Stderr">What it wrote to standard error, as UTF-8 text.</param>
/// <param name="Seconds">How long it ran.</param>
internal sealed record StepBody(
    string Name, int? ExitCode, int? Signal, bool TimedOut, bool OutOfMemory, bool OutputExceeded, string Stdout, string Stderr, double Seconds);

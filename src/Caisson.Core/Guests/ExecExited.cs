namespace Caisson.Core.Guests;

/// <summary>The process ended.</summary>
/// <param name="ExitCode">Its exit code, or null when a signal ended it.</param>
/// <param name="Signal">The signal that ended it, or null.</param>
/// <param name="TimedOut">Whether the request's timeout ended it.</param>
/// <param name="OutOfMemory">Whether the sandbox's memory limit ended it.</param>
/// <param name="OutputDropped">How many bytes of output were dropped by the output limit.</param>
public sealed record ExecExited(int? ExitCode, int? Signal, bool TimedOut, bool OutOfMemory, long OutputDropped) : ExecEvent;

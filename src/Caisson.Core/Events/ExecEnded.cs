namespace Caisson.Core.Events;

/// <summary>A process ended; <see cref="ExitCode"/> is null when a signal ended it.</summary>
public sealed record ExecEnded(int Pid, int? ExitCode, int? Signal) : SandboxEvent;

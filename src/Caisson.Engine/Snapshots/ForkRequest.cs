namespace Caisson.Engine.Snapshots;

/// <summary>What forks are asked for.</summary>
/// <param name="Count">How many, 1 to 100.</param>
/// <param name="Timeout">How long each lives; null for no limit.</param>
/// <param name="LeaveProcesses">Whether the caller wants the files alone. Otherwise a sandbox in which processes live is refused where its wall cannot keep them.</param>
public sealed record ForkRequest(int Count, TimeSpan? Timeout, bool LeaveProcesses = false);

namespace Caisson.Core.Backends;

/// <summary>What a sandbox uses, as the host counts it.</summary>
/// <param name="CpuTime">Processor time used since the start.</param>
/// <param name="MemoryBytes">Memory held, page cache included.</param>
/// <param name="CacheBytes">The part of it that is page cache.</param>
/// <param name="Pids">Processes and threads alive.</param>
/// <param name="OutOfMemoryKills">How often the memory limit ended a process.</param>
public sealed record SandboxUsage(TimeSpan CpuTime, long MemoryBytes, long CacheBytes, int Pids, long OutOfMemoryKills);

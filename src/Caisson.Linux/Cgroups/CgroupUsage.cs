namespace Caisson.Linux.Cgroups;

/// <summary>What a group uses.</summary>
public sealed record CgroupUsage(TimeSpan CpuTime, long MemoryBytes, long CacheBytes, int Pids, long OutOfMemoryKills);

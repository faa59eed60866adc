namespace Caisson.Linux.Cgroups;

/// <summary>Bounds for one group.</summary>
/// <param name="MemoryBytes">Memory and swap together, in bytes.</param>
/// <param name="Pids">Processes and threads.</param>
/// <param name="Cpus">Processor time per second of wall time, in cores.</param>
public sealed record CgroupLimits(long MemoryBytes, int Pids, double Cpus);

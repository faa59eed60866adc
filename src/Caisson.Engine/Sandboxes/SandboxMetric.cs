namespace Caisson.Engine.Sandboxes;

/// <summary>One sample of a sandbox's use.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Cpus">Cores it may use.</param>
/// <param name="CpuPercent">Share of one core used since the sample before, in percent.</param>
/// <param name="MemoryUsed">Bytes held, page cache excluded.</param>
/// <param name="MemoryTotal">Bytes it may hold.</param>
/// <param name="MemoryCache">Bytes of page cache.</param>
/// <param name="DiskUsed">Bytes written to its own file system.</param>
/// <param name="DiskTotal">Bytes it may write.</param>
public sealed record SandboxMetric(
    DateTimeOffset At,
    double Cpus,
    double CpuPercent,
    long MemoryUsed,
    long MemoryTotal,
    long MemoryCache,
    long DiskUsed,
    long DiskTotal);

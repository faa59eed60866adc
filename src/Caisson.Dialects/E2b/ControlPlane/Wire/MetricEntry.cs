namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record MetricEntry(
    string Timestamp,
    long TimestampUnix,
    int CpuCount,
    double CpuUsedPct,
    long MemUsed,
    long MemTotal,
    long MemCache,
    long DiskUsed,
    long DiskTotal);

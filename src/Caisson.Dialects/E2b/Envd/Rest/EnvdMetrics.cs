using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Envd.Rest;

internal sealed record EnvdMetrics(
    long Ts,
    [property: JsonPropertyName("cpu_count")] int CpuCount,
    [property: JsonPropertyName("cpu_used_pct")] double CpuUsedPct,
    [property: JsonPropertyName("mem_total")] long MemTotal,
    [property: JsonPropertyName("mem_used")] long MemUsed,
    [property: JsonPropertyName("mem_cache")] long MemCache,
    [property: JsonPropertyName("mem_total_mib")] long MemTotalMib,
    [property: JsonPropertyName("mem_used_mib")] long MemUsedMib,
    [property: JsonPropertyName("disk_used")] long DiskUsed,
    [property: JsonPropertyName("disk_total")] long DiskTotal);

using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record BuildView(
    [property: JsonPropertyName("buildID")] string BuildId,
    string Status,
    int CpuCount,
    [property: JsonPropertyName("memoryMB")] long MemoryMb,
    [property: JsonPropertyName("diskSizeMB")] long DiskSizeMb,
    string EnvdVersion,
    string CreatedAt,
    string UpdatedAt,
    string? FinishedAt);

using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

/// <summary>A template as lists show it. How often it was used is not counted.</summary>
internal sealed record TemplateView(
    [property: JsonPropertyName("templateID")] string TemplateId,
    [property: JsonPropertyName("buildID")] string BuildId,
    string BuildStatus,
    int BuildCount,
    int CpuCount,
    [property: JsonPropertyName("memoryMB")] long MemoryMb,
    [property: JsonPropertyName("diskSizeMB")] long DiskSizeMb,
    bool Public,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Names,
    string CreatedAt,
    string UpdatedAt,
    string EnvdVersion)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? CreatedBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? LastSpawnedAt { get; init; }

    public long SpawnCount { get; init; }
}

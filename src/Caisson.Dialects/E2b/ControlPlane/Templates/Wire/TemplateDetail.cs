using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record TemplateDetail(
    [property: JsonPropertyName("templateID")] string TemplateId,
    bool Public,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Names,
    string CreatedAt,
    string UpdatedAt,
    IReadOnlyList<BuildView> Builds)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? LastSpawnedAt { get; init; }

    public long SpawnCount { get; init; }
}

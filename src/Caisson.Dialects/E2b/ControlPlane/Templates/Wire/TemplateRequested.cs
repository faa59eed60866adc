using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record TemplateRequested(
    [property: JsonPropertyName("templateID")] string TemplateId,
    [property: JsonPropertyName("buildID")] string BuildId,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Tags,
    bool Public);

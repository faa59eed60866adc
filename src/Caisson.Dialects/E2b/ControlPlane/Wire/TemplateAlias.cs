using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record TemplateAlias([property: JsonPropertyName("templateID")] string TemplateId, bool Public);

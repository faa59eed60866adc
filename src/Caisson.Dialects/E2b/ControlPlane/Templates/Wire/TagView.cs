using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record TagView(string Tag, [property: JsonPropertyName("buildID")] string BuildId, string CreatedAt);

using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record TagsAssigned([property: JsonPropertyName("buildID")] string BuildId, IReadOnlyList<string> Tags);

using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Secrets.Wire;

internal sealed record SecretView(
    [property: JsonPropertyName("secretID")] string SecretId, string Name, int CurrentVersion, IReadOnlyDictionary<string, string> Metadata, string CreatedAt, string UpdatedAt);

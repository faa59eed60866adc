using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record SandboxCreated(
    [property: JsonPropertyName("sandboxID")] string SandboxId,
    [property: JsonPropertyName("templateID")] string TemplateId,
    string? Alias,
    [property: JsonPropertyName("clientID")] string ClientId,
    string EnvdVersion,
    string EnvdAccessToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? TrafficAccessToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Domain);

using System.Text.Json.Serialization;

namespace Caisson.Images.Sources.Registry;

/// <summary>What a token service answers.</summary>
internal sealed record RegistryToken
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }
}

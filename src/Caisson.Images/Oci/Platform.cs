using System.Text.Json.Serialization;

namespace Caisson.Images.Oci;

/// <summary>What an image runs on.</summary>
internal sealed record Platform
{
    [JsonPropertyName("os")]
    public string? OperatingSystem { get; init; }

    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }
}

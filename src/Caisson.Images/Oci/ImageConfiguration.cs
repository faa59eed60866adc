using System.Text.Json.Serialization;

namespace Caisson.Images.Oci;

/// <summary>What an image says of itself; its digest pins every layer.</summary>
internal sealed record ImageConfiguration
{
    [JsonPropertyName("os")]
    public string? OperatingSystem { get; init; }

    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }

    [JsonPropertyName("config")]
    public ContainerConfiguration? Config { get; init; }

    [JsonPropertyName("rootfs")]
    public RootLayers? Root { get; init; }
}

using System.Text.Json.Serialization;

namespace Caisson.Images.Oci;

/// <summary>One image for one platform: its configuration and its layers, lowest first.</summary>
internal sealed record ImageManifest
{
    [JsonPropertyName("config")]
    public Descriptor? Config { get; init; }

    [JsonPropertyName("layers")]
    public IReadOnlyList<Descriptor>? Layers { get; init; }
}

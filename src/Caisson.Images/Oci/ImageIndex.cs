using System.Text.Json.Serialization;

namespace Caisson.Images.Oci;

/// <summary>A list of manifests: of a layout, or of one image for several platforms.</summary>
internal sealed record ImageIndex
{
    [JsonPropertyName("manifests")]
    public IReadOnlyList<Descriptor>? Manifests { get; init; }
}

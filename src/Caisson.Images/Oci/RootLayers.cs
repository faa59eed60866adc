using System.Text.Json.Serialization;

namespace Caisson.Images.Oci;

/// <summary>The addresses of an image's layers as they are before compression, lowest first.</summary>
internal sealed record RootLayers
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("diff_ids")]
    public IReadOnlyList<string>? DiffIds { get; init; }
}

using System.Text.Json.Serialization;

namespace Caisson.Images.Oci;

/// <summary>An image in the <c>manifest.json</c> of an archive of <c>docker save</c>.</summary>
internal sealed record SavedImage
{
    [JsonPropertyName("Config")]
    public string? Config { get; init; }

    [JsonPropertyName("RepoTags")]
    public IReadOnlyList<string>? Tags { get; init; }

    [JsonPropertyName("Layers")]
    public IReadOnlyList<string>? Layers { get; init; }
}

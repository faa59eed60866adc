using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Envd.Files;

internal sealed class ComposeRequest
{
    [JsonPropertyName("source_paths")]
    public List<string>? SourcePaths { get; set; }

    public string? Destination { get; set; }

    public string? Username { get; set; }
}

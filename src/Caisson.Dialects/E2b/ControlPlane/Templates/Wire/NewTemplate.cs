using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed class NewTemplate
{
    public string? Name { get; set; }

    public string? Alias { get; set; }

    public List<string>? Tags { get; set; }

    public int? CpuCount { get; set; }

    [JsonPropertyName("memoryMB")]
    public int? MemoryMb { get; set; }

    public int? MinFreeDiskMb { get; set; }
}

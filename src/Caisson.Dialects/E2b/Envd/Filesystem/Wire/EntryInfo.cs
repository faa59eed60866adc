using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class EntryInfo
{
    public string Name { get; set; } = "";

    public EntryType Type { get; set; }

    public string Path { get; set; } = "";

    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long Size { get; set; }

    public int Mode { get; set; }

    public string Permissions { get; set; } = "";

    public string Owner { get; set; } = "";

    public string Group { get; set; } = "";

    public DateTime ModifiedTime { get; set; }

    public string? SymlinkTarget { get; set; }

    public IReadOnlyDictionary<string, string>? Metadata { get; set; }
}

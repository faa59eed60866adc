namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class EntriesResponse
{
    public List<EntryInfo> Entries { get; set; } = [];
}

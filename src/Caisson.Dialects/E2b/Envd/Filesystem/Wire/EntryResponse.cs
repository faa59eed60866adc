namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class EntryResponse
{
    public EntryInfo? Entry { get; set; }
}

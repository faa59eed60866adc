namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class FilesystemEvent
{
    public string Name { get; set; } = "";

    public ChangeType Type { get; set; }

    public EntryInfo? Entry { get; set; }
}

namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class WatcherEvents
{
    public List<FilesystemEvent> Events { get; set; } = [];
}

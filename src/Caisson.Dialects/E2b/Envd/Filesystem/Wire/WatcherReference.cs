namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class WatcherReference
{
    public string? WatcherId { get; set; }
}

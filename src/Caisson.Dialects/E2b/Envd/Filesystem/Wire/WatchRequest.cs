namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

/// <summary>The request of WatchDir and CreateWatcher.</summary>
internal sealed class WatchRequest
{
    public string? Path { get; set; }

    public bool? Recursive { get; set; }

    public bool? IncludeEntry { get; set; }
}

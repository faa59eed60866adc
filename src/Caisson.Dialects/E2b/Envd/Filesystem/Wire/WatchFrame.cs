namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

/// <summary>One message of a WatchDir stream; exactly one member is set.</summary>
internal sealed class WatchFrame
{
    public static WatchFrame Ping { get; } = new() { Keepalive = Empty.Message };

    public static WatchFrame Started { get; } = new() { Start = Empty.Message };

    public Empty? Start { get; set; }

    public FilesystemEvent? Filesystem { get; set; }

    public Empty? Keepalive { get; set; }
}

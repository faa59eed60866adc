namespace Caisson.Backends.Bubblewrap;

/// <summary>Loopback ports inside that are the gateway's own; high and odd, so that nobody's server wants them.</summary>
internal static class WallPorts
{
    public const ushort Transparent = 61717;
    public const ushort HttpProxy = 61718;
    public const ushort SocksProxy = 61719;
}

namespace Caisson.Walls.Doors;

/// <summary>Loopback ports inside that are the gateway's own; high and odd, so that nobody's server wants them.</summary>
internal static class WallPorts
{
    public const ushort Transparent = 61717;
    public const ushort HttpProxy = 61718;
    public const ushort SocksProxy = 61719;

    /// <summary>Where the guest takes its calls on walls into which no descriptor can be handed.</summary>
    public const ushort Control = 61720;

    /// <summary>Where programs take questions whose answer was too long for a datagram.</summary>
    public const ushort Dns = 53;

    /// <summary>All that are listened on beside the transparent one, in the order of <see cref="Sandboxes.WalledSandbox.DoorOf(Sandboxes.WallResources)"/>.</summary>
    public static IReadOnlyList<ushort> Listened { get; } = [HttpProxy, SocksProxy, Dns];
}

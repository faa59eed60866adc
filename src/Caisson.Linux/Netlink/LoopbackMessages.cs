namespace Caisson.Linux.Netlink;

/// <summary>rtnetlink messages that make the loopback the destination of everything.</summary>
internal static class LoopbackMessages
{
    private const ushort NewLink = 16;
    private const ushort NewRoute = 24;
    private const ushort RequestAck = 0x1 | 0x4;
    private const ushort CreateAppend = 0x400 | 0x800;
    private const ushort OutInterface = 4;
    private const uint Loopback = 1;

    /// <summary>Brings the loopback up.</summary>
    public static byte[] Up() => new NetlinkMessage()
        .Begin(NewLink, RequestAck, 1, [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
        .Finish()
        .ToArray();

    /// <summary>Puts 192.0.2.1 on the loopback: resolvers that ask whether there is any address but 127.0.0.1 must find one.</summary>
    public static byte[] Address()
    {
        const ushort NewAddress = 20;
        return new NetlinkMessage()
            .Begin(NewAddress, RequestAck | CreateAppend, 3, [2, 32, 0, 254, 1, 0, 0, 0])
            .Attribute(2, [192, 0, 2, 1])
            .Attribute(1, [192, 0, 2, 1])
            .Finish()
            .ToArray();
    }

    /// <summary><c>local default dev lo</c> for one address family (2 or 10).</summary>
    public static byte[] RouteAll(byte family)
    {
        const byte LocalTable = 255;
        const byte BootProtocol = 3;
        const byte HostScope = 254;
        const byte LocalType = 2;
        return new NetlinkMessage()
            .Begin(NewRoute, RequestAck | CreateAppend, 2, [family, 0, 0, 0, LocalTable, BootProtocol, HostScope, LocalType, 0, 0, 0, 0])
            .AttributeHost(OutInterface, Loopback)
            .Finish()
            .ToArray();
    }
}

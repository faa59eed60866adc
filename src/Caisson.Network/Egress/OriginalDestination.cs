using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Caisson.Network.Egress;

/// <summary>Asks the kernel where a redirected connection was going.</summary>
internal static class OriginalDestination
{
    private const int SolIp = 0;
    private const int SolIpv6 = 41;
    private const int SoOriginalDst = 80;

    /// <summary>The address and port dialled; the socket's own where nothing was redirected.</summary>
    public static IPEndPoint Of(Socket socket)
    {
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var six = local.AddressFamily == AddressFamily.InterNetworkV6 && !local.Address.IsIPv4MappedToIPv6;
        Span<byte> raw = stackalloc byte[28];
        try
        {
            socket.GetRawSocketOption(six ? SolIpv6 : SolIp, SoOriginalDst, raw);
        }
        catch (SocketException)
        {
            return local;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(raw[2..]);
        return new IPEndPoint(new IPAddress(six ? raw.Slice(8, 16) : raw.Slice(4, 4)), port);
    }
}

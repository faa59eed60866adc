using System.Net;
using System.Net.Sockets;

namespace Caisson.Network.Addresses;

/// <summary>The addresses of this host's own interfaces, asked of the kernel each time: one added a moment ago counts.</summary>
internal static class HostAddresses
{
    private const int Discard = 9;

    /// <summary>Whether an address is one of this host's: what is sent there would leave from the same address, or never leave the loopback.</summary>
    public static bool Contains(IPAddress address)
    {
        try
        {
            // Connecting a datagram socket chooses a route and a source, and sends nothing.
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(address, Discard);
            return socket.LocalEndPoint is IPEndPoint { Address: var source } && (source.Equals(address) || IPAddress.IsLoopback(source));
        }
        catch (SocketException)
        {
            // No way leads there, so no connection will either.
            return false;
        }
    }
}

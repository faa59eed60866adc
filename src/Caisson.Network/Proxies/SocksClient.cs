using System.Net;
using System.Net.Sockets;
using System.Text;
using Caisson.Core.Policy;

namespace Caisson.Network.Proxies;

/// <summary>Asks an upstream SOCKS5 proxy for a connection to an address.</summary>
internal static class SocksClient
{
    /// <summary>Speaks SOCKS5 on a connected socket; <see cref="IOException"/> when the proxy will not.</summary>
    public static async Task ConnectAsync(Socket socket, UpstreamProxy proxy, IPAddress address, int port, CancellationToken cancellation)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var method = (byte)(proxy.UserName is null ? 0 : 2);
        await stream.WriteAsync(new byte[] { 5, 1, method }, cancellation);
        var reply = new byte[262];
        await stream.ReadExactlyAsync(reply.AsMemory(0, 2), cancellation);
        if (reply[0] != 5 || reply[1] != method)
            throw new IOException("the upstream proxy wants another way of authentication");
        if (method == 2)
        {
            await stream.WriteAsync(Credential(proxy), cancellation);
            await stream.ReadExactlyAsync(reply.AsMemory(0, 2), cancellation);
            if (reply[1] != 0)
                throw new IOException("the upstream proxy refused the credential");
        }

        var bytes = address.GetAddressBytes();
        await stream.WriteAsync((byte[])[5, 1, 0, (byte)(bytes.Length == 4 ? 1 : 4), .. bytes, (byte)(port >> 8), (byte)port], cancellation);
        await stream.ReadExactlyAsync(reply.AsMemory(0, 5), cancellation);
        if (reply[0] != 5 || reply[1] != 0)
            throw new IOException("the upstream proxy refused the connection");
        var rest = reply[3] switch { 1 => 3, 4 => 15, 3 => reply[4], _ => throw new IOException("bad answer of the upstream proxy") };
        await stream.ReadExactlyAsync(reply.AsMemory(0, rest + 2), cancellation);
    }

    private static byte[] Credential(UpstreamProxy proxy)
    {
        var user = Encoding.UTF8.GetBytes(proxy.UserName!);
        var password = Encoding.UTF8.GetBytes(proxy.Password ?? "");
        if (user.Length > 255 || password.Length > 255)
            throw new IOException("the upstream proxy's credential is too long");
        return [1, (byte)user.Length, .. user, (byte)password.Length, .. password];
    }
}

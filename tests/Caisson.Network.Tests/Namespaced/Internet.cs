using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Caisson.Network.Tls;

namespace Caisson.Network.Tests.Namespaced;

/// <summary>A small Internet at 203.0.113.0/24 behind a veth: DNS, web, TLS, a server that speaks first, an echo, a SOCKS proxy, a flood.</summary>
internal sealed class Internet : IAsyncDisposable
{
    public const string Web = "203.0.113.10";

    private readonly TestNamespace _there = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Socket> _listeners = [];
    private readonly string _link;

    public Internet()
    {
        _link = "v" + _there.Name[4..];
        TestNamespace.Run("ip", "link", "add", _link, "type", "veth", "peer", "name", "eth0", "netns", _there.Name);
        TestNamespace.Run("ip", "addr", "add", "203.0.113.1/24", "dev", _link);
        TestNamespace.Run("ip", "link", "set", _link, "up");
        TestNamespace.Run("ip", "-n", _there.Name, "link", "set", "lo", "up");
        TestNamespace.Run("ip", "-n", _there.Name, "addr", "add", "203.0.113.10/24", "dev", "eth0");
        TestNamespace.Run("ip", "-n", _there.Name, "addr", "add", "203.0.113.11/24", "dev", "eth0");
        TestNamespace.Run("ip", "-n", _there.Name, "link", "set", "eth0", "up");
        Authority = new CertificateAuthority(TimeProvider.System);
        Serve(80, WebAsync);
        Serve(8080, WebAsync);
        Serve(443, TlsAsync);
        Serve(22, async (stream, _) =>
        {
            await stream.WriteAsync("SSH-2.0-test\r\n"u8.ToArray());
            await stream.CopyToAsync(stream);
        });
        Serve(7, (stream, _) => stream.CopyToAsync(stream));
        Serve(9000, FloodAsync);
        Serve(1080, SocksAsync);
        var dns = _there.Inside(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 53));
            return socket;
        });
        _listeners.Add(dns);
        _ = DnsAsync(dns);
    }

    public CertificateAuthority Authority { get; }

    public static IPEndPoint Dns => new(IPAddress.Parse(Web), 53);

    /// <summary>Names that the outside was asked for.</summary>
    public ConcurrentBag<string> Asked { get; } = [];

    /// <summary>Request heads and greetings that servers saw.</summary>
    public ConcurrentQueue<string> Seen { get; } = [];

    public ConcurrentDictionary<string, string[]> Names { get; } = new(StringComparer.Ordinal)
    {
        ["good.test"] = [Web],
        ["other.test"] = ["203.0.113.11"],
        ["sub.wild.test"] = [Web],
        ["wild.test"] = [Web],
        ["loop.test"] = ["127.0.0.1"],
        ["meta.test"] = ["169.254.169.254"],
        ["mapped.test"] = ["::ffff:10.0.0.1"],
        ["mixed.test"] = [Web, "10.0.0.1"],
        ["host.test"] = ["203.0.113.1"],
    };

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var listener in _listeners)
            listener.Dispose();
        _there.Dispose();
        TestNamespace.Run("sh", "-c", $"ip link del {_link} 2>/dev/null; true");
        Authority.Dispose();
        _ending.Dispose();
    }

    private void Serve(int port, Func<Stream, Socket, Task> serve)
    {
        var listener = _there.Inside(() => TestNamespace.Listen(IPAddress.Any, port));
        _listeners.Add(listener);
        _ = LoopAsync();

        async Task LoopAsync()
        {
            while (!_ending.IsCancellationRequested)
            {
                try
                {
                    _ = OneAsync(await listener.AcceptAsync(_ending.Token));
                }
                catch (Exception)
                {
                    return;
                }
            }
        }

        async Task OneAsync(Socket socket)
        {
            using (socket)
            {
                try
                {
                    await using var stream = new NetworkStream(socket);
                    await serve(stream, socket);
                    socket.Shutdown(SocketShutdown.Send);
                }
                catch (Exception)
                {
                }
            }
        }
    }

    private async Task WebAsync(Stream stream, Socket socket)
    {
        var buffer = new byte[65536];
        while (true)
        {
            var length = 0;
            int end;
            while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(length));
                if (count == 0)
                    return;
                length += count;
            }

            var head = Encoding.ASCII.GetString(buffer, 0, end);
            Seen.Enqueue(head);
            if (head.Contains("Upgrade: websocket", StringComparison.OrdinalIgnoreCase))
            {
                await stream.WriteAsync("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"u8.ToArray());
                await stream.CopyToAsync(stream);
                return;
            }

            var at = (IPEndPoint)socket.LocalEndPoint!;
            var body = $"hello from {at}\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            if (head.Contains("Connection: close", StringComparison.OrdinalIgnoreCase))
                return;
        }
    }

    private async Task TlsAsync(Stream stream, Socket socket)
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync((_, info, _, _) =>
        {
            Seen.Enqueue("SNI " + info.ServerName);
            return ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(Authority.For(info.ServerName is { Length: > 0 } n ? n : "none.test"), null, offline: true),
            });
        }, null);
        await WebAsync(tls, socket);
    }

    private static async Task FloodAsync(Stream stream, Socket socket)
    {
        var block = new byte[64 * 1024];
        for (var i = 0; i < 1600; i++)
            await stream.WriteAsync(block);
    }

    private async Task SocksAsync(Stream stream, Socket socket)
    {
        var bytes = new byte[10];
        await stream.ReadExactlyAsync(bytes.AsMemory(0, 3));
        await stream.WriteAsync(new byte[] { 5, 0 });
        await stream.ReadExactlyAsync(bytes);
        Seen.Enqueue("SOCKS " + new IPAddress(bytes.AsSpan(4, 4)));
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 });
        await WebAsync(stream, socket);
    }

    private async Task DnsAsync(Socket socket)
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _ending.Token);
                Caisson.Network.Dns.DnsQuestion.TryRead(buffer.AsSpan(0, received.ReceivedBytes), out var question, out _);
                Asked.Add(question!.Name);
                var known = Names.TryGetValue(question.Name, out var texts);
                var addresses = (texts ?? []).Select(IPAddress.Parse)
                    .Where(a => question.Type == (a.AddressFamily == AddressFamily.InterNetwork ? 1 : 28)).ToArray();
                var reply = buffer.AsSpan(0, question.End).ToArray().ToList();
                reply[2] = 0x81;
                reply[3] = (byte)(known ? 0x80 : 0x83);
                reply[7] = (byte)addresses.Length;
                reply[10] = reply[11] = 0;
                foreach (var address in addresses)
                {
                    var data = address.GetAddressBytes();
                    reply.AddRange([0xc0, 12, 0, (byte)question.Type, 0, 1, 0, 0, 0, 5, 0, (byte)data.Length, .. data]);
                }

                await socket.SendToAsync(reply.ToArray(), SocketFlags.None, received.RemoteEndPoint);
            }
        }
        catch (Exception)
        {
        }
    }
}

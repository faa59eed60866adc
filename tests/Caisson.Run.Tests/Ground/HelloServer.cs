using System.Net;
using System.Net.Sockets;

namespace Caisson.Run.Tests.Ground;

/// <summary>Says hello to everybody who connects, and counts them.</summary>
internal sealed class HelloServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _loop;
    private int _accepted;

    public HelloServer(IPAddress address)
        : this(new TcpListener(address, 0))
    {
    }

    public HelloServer(TcpListener listener)
    {
        _listener = listener;
        _listener.Start();
        _loop = LoopAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _accepted);
                await socket.ReceiveAsync(new byte[4096]);
                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

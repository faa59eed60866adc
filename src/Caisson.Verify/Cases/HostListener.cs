using System.Net;
using System.Net.Sockets;

namespace Caisson.Verify.Cases;

/// <summary>Says hello to whoever connects to an address of this host.</summary>
internal sealed class HostListener : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _loop;
    private int _accepted;

    public HostListener(IPAddress address)
    {
        Address = address;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _loop = LoopAsync();
    }

    public IPAddress Address { get; }

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
                await socket.ReceiveAsync(new byte[16]);
                await socket.SendAsync("hello"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The case is over, or the other side went away.
        }
    }
}

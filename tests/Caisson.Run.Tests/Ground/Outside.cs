using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Caisson.Run.Tests.Ground;

/// <summary>A web server at an address of the documentation range, in a network namespace behind a veth; needs root.</summary>
internal sealed partial class Outside : IAsyncDisposable
{
    private static int _networks = Random.Shared.Next(1, 50);
    private readonly string _name = "crt-" + Guid.NewGuid().ToString("N")[..8];
    private readonly HelloServer _server;
    private readonly string _link;

    public Outside()
    {
        // Several may be there at once: each has four addresses of its own.
        var first = (Interlocked.Increment(ref _networks) % 60 * 4) + 4;
        Address = $"203.0.113.{first + 2}";
        _link = "c" + _name[4..];
        Tool.Run("ip", "netns", "add", _name);
        Tool.Run("ip", "link", "add", _link, "type", "veth", "peer", "name", "eth0", "netns", _name);
        Tool.Run("ip", "addr", "add", $"203.0.113.{first + 1}/30", "dev", _link);
        Tool.Run("ip", "link", "set", _link, "up");
        Tool.Run("ip", "-n", _name, "addr", "add", $"{Address}/30", "dev", "eth0");
        Tool.Run("ip", "-n", _name, "link", "set", "eth0", "up");
        TcpListener? listener = null;
        var thread = new Thread(() =>
        {
            using var there = File.OpenHandle($"/run/netns/{_name}");
            if (SetNamespace(there.DangerousGetHandle().ToInt32(), 0x40000000) != 0)
                return;
            // The thread ends here, so it need not go back.
            listener = new TcpListener(IPAddress.Any, 8080);
            listener.Start();
        });
        thread.Start();
        thread.Join();
        _server = new HelloServer(listener ?? throw new InvalidOperationException("setns"));
    }

    public string Address { get; }

    public int Port => _server.Port;

    public int Accepted => _server.Accepted;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Tool.Try("ip", "link", "del", _link);
        Tool.Run("ip", "netns", "del", _name);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int kind);
}

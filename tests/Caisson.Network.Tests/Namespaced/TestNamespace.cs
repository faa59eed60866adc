using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Caisson.Network.Egress;

namespace Caisson.Network.Tests.Namespaced;

/// <summary>A network namespace of our own, removed with its processes' end.</summary>
internal sealed partial class TestNamespace : IDisposable
{
    private const int NewNet = 0x40000000;

    public TestNamespace() => Run("ip", "netns", "add", Name);

    public string Name { get; } = "csn-" + Guid.NewGuid().ToString("N")[..8];

    /// <summary>Makes it a sandbox's: everything leads to the loopback, all TCP to port 9999.</summary>
    public EgressDoor OpenDoor()
    {
        Run("ip", "-n", Name, "link", "set", "lo", "up");

        // Without an address beside 127.0.0.1, AI_ADDRCONFIG look-ups of IPv4 (getent, Java, ...) answer that there is no such name.
        Run("ip", "-n", Name, "addr", "add", "192.0.2.1/32", "dev", "lo");
        Run("ip", "-n", Name, "route", "add", "local", "default", "dev", "lo");
        Run("ip", "-n", Name, "-6", "route", "add", "local", "default", "dev", "lo");
        Run("ip", "netns", "exec", Name, "nft",
            "table ip g { chain o { type nat hook output priority -100; ip daddr != 127.0.0.0/8 meta l4proto tcp redirect to :9999; }; }; "
            + "table ip6 g { chain o { type nat hook output priority -100; ip6 daddr != ::1 meta l4proto tcp redirect to :9999; }; }");
        return Inside(() =>
        {
            var dns = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            dns.Bind(new IPEndPoint(IPAddress.Any, 53));
            return new EgressDoor(
                Listen(IPAddress.Any, 9999), Listen(IPAddress.IPv6Any, 9999), dns, Listen(IPAddress.Any, 53), Listen(IPAddress.Loopback, 3128), Listen(IPAddress.Loopback, 1080));
        });
    }

    public static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = false;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen(512);
        return socket;
    }

    /// <summary>Runs something on a thread of the namespace; sockets made there stay there.</summary>
    public T Inside<T>(Func<T> make)
    {
        T? made = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var there = File.OpenHandle($"/var/run/netns/{Name}");
                if (SetNamespace(there.DangerousGetHandle().ToInt32(), NewNet) != 0)
                    throw new InvalidOperationException("setns");

                // The thread ends here, so it need not go back.
                made = make();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw failure;
    }

    /// <summary>Runs a program in the namespace: its exit code and all it wrote.</summary>
    public Task<(int Code, string Text)> ExecAsync(params string[] command) => RunAsync(["ip", "netns", "exec", Name, .. command]);

    public static async Task<(int Code, string Text)> RunAsync(params string[] command)
    {
        var info = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        var text = await output + await error;
        return (process.HasExited ? process.ExitCode : -1, text);
    }

    public static void Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {error}");
    }

    public void Dispose() => Run("ip", "netns", "del", Name);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int kind);
}

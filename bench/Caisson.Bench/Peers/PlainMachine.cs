using System.Net.Sockets;
using System.Text;

namespace Caisson.Bench.Peers;

/// <summary>The same machine started from nothing by plain QEMU, up to its guest's first word.</summary>
internal static class PlainMachine
{
    private const string Cache = "/var/cache/caisson/microvm";
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    /// <summary>Starts one, waits for its guest, ends it.</summary>
    public static async Task RunAsync(string directory, CancellationToken cancellation)
    {
        var files = Directory.Exists(Cache) ? Directory.EnumerateDirectories(Cache, "monitor-*").MaxBy(Directory.GetCreationTimeUtc) : null;
        if (files is null || ChildProgram.Find("qemu-system-x86_64") is not { } program)
            throw new BenchException("no machine was ever started here");
        var line = Path.Combine(directory, "line.sock");
        File.Delete(line);
        List<string> command =
        [
            program, "-accel", "tcg,thread=single,tb-size=32", "-cpu", "max", "-m", "128", "-smp", "1", "-nodefaults", "-no-user-config", "-nographic", "-M", "microvm,rtc=on",
            "-kernel", $"{files}/machine/kernel", "-initrd", $"{files}/machine/initrd", "-append", $"console=ttyS0 quiet rdinit=/init tsc=reliable no_timer_check lpj=8000000 tsc_early_khz={Kilohertz()}",
            "-global", "virtio-mmio.force-legacy=false", "-device", "virtio-serial-device,max_ports=2", "-chardev", $"socket,id=line,path={line},server=on,wait=off",
            "-device", "virtserialport,chardev=line,nr=1",
        ];
        using var process = ChildProgram.Start(command, directory, captures: true);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_longest);
        try
        {
            await HearAsync(line, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchException("the plain machine did not come up");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task HearAsync(string line, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        while (!await TryConnectAsync(socket, line, cancellation))
            await Task.Delay(1, cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes("caisson-line-onecaisson-bench-01"), cancellation);
        if (await socket.ReceiveAsync(new byte[64], cancellation) == 0)
            throw new BenchException("the plain machine ended");
    }

    // The socket has a name a moment before anybody listens.
    private static async Task<bool> TryConnectAsync(Socket socket, string line, CancellationToken cancellation)
    {
        try
        {
            if (File.Exists(line))
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(line), cancellation);
            return socket.Connected;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Kilohertz()
    {
        var line = File.ReadLines("/proc/cpuinfo").First(text => text.StartsWith("cpu MHz", StringComparison.Ordinal));
        return line[(line.IndexOf(':') + 1)..].Trim().Replace(".", "", StringComparison.Ordinal);
    }
}

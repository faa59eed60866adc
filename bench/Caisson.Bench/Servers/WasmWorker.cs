using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Protocol.Host;

namespace Caisson.Bench.Servers;

/// <summary>The worker of the wasm wall, alone: no wall around it, no server before it.</summary>
internal sealed class WasmWorker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly GuestClient _guest;
    private readonly string _workspace;

    private WasmWorker(Process process, GuestClient guest, string workspace) => (_process, _guest, _workspace) = (process, guest, workspace);

    /// <summary>Memory that it holds, in bytes.</summary>
    public long Resident => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10).Single();

    /// <summary>Translates its languages and starts it.</summary>
    public static async Task<WasmWorker> StartAsync(string programs, string directory, CancellationToken cancellation)
    {
        var worker = Path.Combine(programs, "caisson-wasm-worker");
        var (modules, workspace) = (Directory.CreateDirectory(Path.Combine(directory, "modules")).FullName, Directory.CreateDirectory(Path.Combine(directory, "wasm")).FullName);
        foreach (var language in (string[])["js", "python"])
            await ChildProgram.RunAsync([worker, "compile", Path.Combine(programs, $"{language}.wasm"), Path.Combine(modules, $"{language}.cwasm")], directory, cancellation);
        var port = FreePort();
        string[] command =
        [
            worker, "serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--modules", modules, "--instances", "4",
            "--memory", (256L << 20).ToString(CultureInfo.InvariantCulture), "--tree", workspace,
        ];
        var process = ChildProgram.Start(command, directory, captures: true);
        if (await process.StandardOutput.ReadLineAsync(cancellation) != "ready")
            throw new BenchException("the wasm worker does not start");
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return new WasmWorker(process, new GuestClient(new NetworkStream(socket, ownsSocket: true)), workspace);
    }

    /// <summary>Runs a program that is to say 42.</summary>
    public async Task RunAsync(string command, string option, string code, CancellationToken cancellation)
    {
        try
        {
            var request = new ExecRequest { Command = command, Arguments = [option, code], WorkingDirectory = _workspace };
            await using var running = await _guest.StartAsync(request, cancellation);
            var said = new StringBuilder();
            await foreach (var item in running.ReadAsync(cancellation))
            {
                if (item is ExecOutputEvent output)
                    said.Append(Encoding.UTF8.GetString(output.Data.Span));
            }

            if (said.ToString() != "42\n")
                throw new BenchException($"{command} said '{said}'");
        }
        catch (CaissonException e)
        {
            throw new BenchException($"{command}: {e.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _guest.DisposeAsync();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

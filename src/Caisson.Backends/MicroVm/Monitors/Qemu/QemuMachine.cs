using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Caisson.Core.Failures;
using Caisson.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Qemu;

/// <summary>One machine of QEMU.</summary>
internal sealed class QemuMachine(string directory, MonitorProcess process) : IMachine
{
    public const string LineSocket = "line.sock";
    public const string CommandSocket = "monitor.sock";
    private const int MaxState = 64 << 20;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);
    private QmpClient? _commands;

    public int Pid => process.Pid;

    public Task<Stream> OpenLineAsync(CancellationToken cancellation) => Task.FromResult<Stream>(new NetworkStream(UnixSockets.Connect(directory, LineSocket), ownsSocket: true));

    public async Task OpenCommandsAsync(CancellationToken cancellation) =>
        _commands ??= await QmpClient.OpenAsync(UnixSockets.Connect(directory, CommandSocket), cancellation).ConfigureAwait(false);

    public Task StopAsync(CancellationToken cancellation) => RunAsync("stop", null, cancellation);

    public Task GoOnAsync(CancellationToken cancellation) => RunAsync("cont", null, cancellation);

    /// <summary>Takes up kept state: memory is there already, the state of the devices is read, the processors go on.</summary>
    public async Task TakeUpAsync(byte[] state, CancellationToken cancellation)
    {
        await IgnoreSharedAsync(cancellation).ConfigureAwait(false);
        var (ours, theirs) = UnixSockets.Pair();
        using (theirs)
        using (ours)
        {
            await PassAsync(theirs, cancellation).ConfigureAwait(false);
            await RunAsync("migrate-incoming", new JsonObject { ["uri"] = "fd:state" }, cancellation).ConfigureAwait(false);
            theirs.Dispose();
            await using var stream = new NetworkStream(ours, ownsSocket: false);
            await stream.WriteAsync(state, cancellation).ConfigureAwait(false);
            ours.Shutdown(SocketShutdown.Send);
            await MigratedAsync(cancellation).ConfigureAwait(false);
        }

        await GoOnAsync(cancellation).ConfigureAwait(false);
    }

    public async Task<byte[]> KeepAsync(CancellationToken cancellation)
    {
        await IgnoreSharedAsync(cancellation).ConfigureAwait(false);
        var (ours, theirs) = UnixSockets.Pair();
        using (theirs)
        using (ours)
        {
            await PassAsync(theirs, cancellation).ConfigureAwait(false);
            await RunAsync("migrate", new JsonObject { ["uri"] = "fd:state" }, cancellation).ConfigureAwait(false);
            theirs.Dispose();
            await using var stream = new NetworkStream(ours, ownsSocket: false);
            using var kept = new MemoryStream();
            var buffer = new byte[64 << 10];
            while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count and > 0)
            {
                kept.Write(buffer, 0, count);
                if (kept.Length > MaxState)
                    throw new CaissonException(ErrorCode.Internal, "the machine's devices have more state than can be");
            }

            await MigratedAsync(cancellation).ConfigureAwait(false);
            return kept.ToArray();
        }
    }

    public string Messages() => process.Messages();

    public async Task EndAsync()
    {
        await process.EndAsync().ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_commands is not null)
            await _commands.DisposeAsync().ConfigureAwait(false);
        process.Dispose();
    }

    private Task IgnoreSharedAsync(CancellationToken cancellation) => RunAsync(
        "migrate-set-capabilities",
        new JsonObject { ["capabilities"] = new JsonArray(new JsonObject { ["capability"] = "x-ignore-shared", ["state"] = true }) },
        cancellation);

    // A descriptor goes along with the command that names it.
    private async Task PassAsync(SafeFileHandle theirs, CancellationToken cancellation)
    {
        await OpenCommandsAsync(cancellation).ConfigureAwait(false);
        await _commands!.PassAsync("state", theirs, cancellation).ConfigureAwait(false);
    }

    private async Task MigratedAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var answer = await AskAsync("query-migrate", cancellation).ConfigureAwait(false);
            var status = answer.TryGetProperty("status", out var value) ? value.GetString() : null;
            if (status == "completed")
                return;
            if (status is "failed" or "cancelled")
                throw new CaissonException(ErrorCode.Internal, "the machine's kept state could not be taken up");
            await Task.Delay(_pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<JsonElement> AskAsync(string command, CancellationToken cancellation)
    {
        await OpenCommandsAsync(cancellation).ConfigureAwait(false);
        return await _commands!.RunAsync(command, null, cancellation).ConfigureAwait(false);
    }

    private async Task RunAsync(string command, JsonObject? arguments, CancellationToken cancellation)
    {
        await OpenCommandsAsync(cancellation).ConfigureAwait(false);
        await _commands!.RunAsync(command, arguments, cancellation).ConfigureAwait(false);
    }
}

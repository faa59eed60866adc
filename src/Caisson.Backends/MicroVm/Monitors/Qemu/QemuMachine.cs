using System.Net.Sockets;
using System.Text.Json.Nodes;
using Caisson.Core.Failures;
using Caisson.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Qemu;

/// <summary>One machine of QEMU.</summary>
internal sealed class QemuMachine(string directory, MonitorProcess process) : IWritableMachine
{
    public const string LineSocket = "line.sock";
    public const string CommandSocket = "monitor.sock";
    private const int MaxState = 64 << 20;
    private const int Piece = 256 << 10;
    private const long Unbounded = 1L << 40;
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
        using var stream = new MemoryStream(state);
        await ReceiveAsync(stream, memory: false, cancellation).ConfigureAwait(false);
        await GoOnAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts back what <see cref="WriteAsync"/> wrote; the processors stand still.</summary>
    public Task PutBackAsync(Stream from, CancellationToken cancellation) => ReceiveAsync(from, memory: true, cancellation);

    public async Task<byte[]> KeepAsync(CancellationToken cancellation)
    {
        using var kept = new MemoryStream();
        await SendAsync(memory: false, piece =>
        {
            kept.Write(piece.Span);
            return kept.Length <= MaxState ? ValueTask.CompletedTask : throw new CaissonException(ErrorCode.Internal, "the machine's devices have more state than can be");
        }, cancellation).ConfigureAwait(false);
        return kept.ToArray();
    }

    public async Task WriteAsync(Func<ReadOnlyMemory<byte>, ValueTask> to, CancellationToken cancellation)
    {
        await RunAsync("migrate-set-parameters", new JsonObject { ["max-bandwidth"] = Unbounded }, cancellation).ConfigureAwait(false);
        await SendAsync(memory: true, to, cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits for the end of what an earlier host had it write; without that host it cannot be long.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        while (await StatusAsync(cancellation).ConfigureAwait(false) is not (null or "none" or "completed" or "failed" or "cancelled"))
            await Task.Delay(_pause, cancellation).ConfigureAwait(false);
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

    private async Task ReceiveAsync(Stream from, bool memory, CancellationToken cancellation)
    {
        await ChooseAsync(memory, cancellation).ConfigureAwait(false);
        var (ours, theirs) = UnixSockets.Pair();
        using (theirs)
        using (ours)
        {
            await PassAsync(theirs, cancellation).ConfigureAwait(false);
            await RunAsync("migrate-incoming", new JsonObject { ["uri"] = "fd:state" }, cancellation).ConfigureAwait(false);
            theirs.Dispose();
            await using var stream = new NetworkStream(ours, ownsSocket: false);
            await from.CopyToAsync(stream, Piece, cancellation).ConfigureAwait(false);
            ours.Shutdown(SocketShutdown.Send);
            await MigratedAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(bool memory, Func<ReadOnlyMemory<byte>, ValueTask> to, CancellationToken cancellation)
    {
        await ChooseAsync(memory, cancellation).ConfigureAwait(false);
        var (ours, theirs) = UnixSockets.Pair();
        using (theirs)
        using (ours)
        {
            await PassAsync(theirs, cancellation).ConfigureAwait(false);
            await RunAsync("migrate", new JsonObject { ["uri"] = "fd:state" }, cancellation).ConfigureAwait(false);
            theirs.Dispose();
            try
            {
                await using var stream = new NetworkStream(ours, ownsSocket: false);
                var buffer = new byte[Piece];
                while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count and > 0)
                    await to(buffer.AsMemory(0, count)).ConfigureAwait(false);
            }
            catch
            {
                // It finds nobody reading and gives up; until then it could not go on as it was.
                ours.Dispose();
                await SettleAsync(CancellationToken.None).ConfigureAwait(false);
                throw;
            }

            await MigratedAsync(cancellation).ConfigureAwait(false);
        }
    }

    // Memory that is there already, in a file that both have, is passed over.
    private Task ChooseAsync(bool memory, CancellationToken cancellation) => RunAsync(
        "migrate-set-capabilities",
        new JsonObject { ["capabilities"] = new JsonArray(new JsonObject { ["capability"] = "x-ignore-shared", ["state"] = !memory }) },
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
            var status = await StatusAsync(cancellation).ConfigureAwait(false);
            if (status == "completed")
                return;
            if (status is "failed" or "cancelled")
                throw new CaissonException(ErrorCode.Internal, "the machine's kept state could not be taken up");
            await Task.Delay(_pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<string?> StatusAsync(CancellationToken cancellation)
    {
        await OpenCommandsAsync(cancellation).ConfigureAwait(false);
        var answer = await _commands!.RunAsync("query-migrate", null, cancellation).ConfigureAwait(false);
        return answer.TryGetProperty("status", out var value) ? value.GetString() : null;
    }

    private async Task RunAsync(string command, JsonObject? arguments, CancellationToken cancellation)
    {
        await OpenCommandsAsync(cancellation).ConfigureAwait(false);
        await _commands!.RunAsync(command, arguments, cancellation).ConfigureAwait(false);
    }
}

using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Qemu;

/// <summary>Speaks QEMU's machine protocol: one command at a time, one line of JSON each way, events passed over.</summary>
internal sealed class QmpClient : IAsyncDisposable
{
    private const int MaxLine = 1 << 20;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly byte[] _buffer = new byte[MaxLine];
    private int _filled;

    private QmpClient(Socket socket) => (_socket, _stream) = (socket, new NetworkStream(socket, ownsSocket: true));

    /// <summary>Takes over a connected socket and agrees on the protocol.</summary>
    public static async Task<QmpClient> OpenAsync(Socket socket, CancellationToken cancellation)
    {
        var client = new QmpClient(socket);
        try
        {
            await client.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the machine's monitor ended at once", "run 'caisson doctor'", inner: e);
        }

        await client.RunAsync("qmp_capabilities", null, cancellation).ConfigureAwait(false);
        return client;
    }

    /// <summary>Runs a command and returns what it answers.</summary>
    public async Task<JsonElement> RunAsync(string command, JsonObject? arguments, CancellationToken cancellation) => await RunAsync(command, arguments, null, cancellation).ConfigureAwait(false);

    /// <summary>Gives the monitor a descriptor under a name.</summary>
    public Task PassAsync(string name, SafeFileHandle descriptor, CancellationToken cancellation) => RunAsync("getfd", new JsonObject { ["fdname"] = name }, descriptor, cancellation);

    private async Task<JsonElement> RunAsync(string command, JsonObject? arguments, SafeFileHandle? descriptor, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var request = new JsonObject { ["execute"] = command };
            if (arguments is not null)
                request["arguments"] = arguments;
            var line = Encoding.UTF8.GetBytes(request.ToJsonString() + "\n");
            if (descriptor is null)
                await _stream.WriteAsync(line, cancellation).ConfigureAwait(false);
            else
                UnixSockets.Send(_socket, line, descriptor);
            while (true)
            {
                var answer = await ReadAsync(cancellation).ConfigureAwait(false);
                if (answer.TryGetProperty("return", out var result))
                    return result;
                if (answer.TryGetProperty("error", out var error))
                    throw new CaissonException(ErrorCode.Internal, $"the machine's monitor refused {command}: {error.GetProperty("desc").GetString()}", "run 'caisson doctor'");
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or LinuxException)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the machine's monitor is gone", "start another sandbox", inner: e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async ValueTask<JsonElement> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n');
            if (end >= 0)
            {
                using var document = JsonDocument.Parse(_buffer.AsMemory(0, end));
                var line = document.RootElement.Clone();
                _buffer.AsSpan(end + 1, _filled - end - 1).CopyTo(_buffer);
                _filled -= end + 1;
                return line;
            }

            if (_filled == _buffer.Length)
                throw new IOException("the monitor's line is longer than any may be");
            var count = await _stream.ReadAsync(_buffer.AsMemory(_filled), cancellation).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException("the monitor ended");
            _filled += count;
        }
    }
}

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;
using Google.Protobuf;

namespace Caisson.Wasm.Worker.Control;

/// <summary>One host at the control door: many calls at once over one stream, in the frames of every guest.</summary>
internal sealed class HostConnection(NetworkStream stream, Calls calls) : IAsyncDisposable
{
    private const int MostCalls = 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<uint, HostCall> _open = new();
    private readonly ConcurrentDictionary<uint, Task> _running = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private byte[] _output = new byte[4096];

    /// <summary>Serves it until it goes; commands that it started live on.</summary>
    public async Task ServeAsync()
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(buffer.AsMemory(0, FrameHeader.Size)).ConfigureAwait(false);
                var header = FrameHeader.Read(buffer);
                if (buffer.Length < header.Length)
                    buffer = new byte[header.Length];
                await stream.ReadExactlyAsync(buffer.AsMemory(0, header.Length)).ConfigureAwait(false);
                if (!Receive(header, buffer.AsSpan(0, header.Length)))
                    break;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidProtocolBufferException or ObjectDisposedException)
        {
            // However it went, the calls end.
        }

        foreach (var call in _open.Values)
            call.Cancel();
        await Task.WhenAll(_running.Values).ConfigureAwait(false);
    }

    /// <summary>Sends one frame whole, or drops the host.</summary>
    public async Task SendAsync(uint number, FrameKind kind, IMessage? message)
    {
        var length = message?.CalculateSize() ?? 0;
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_output.Length < FrameHeader.Size + length)
                _output = new byte[FrameHeader.Size + length];
            new FrameHeader(length, number, kind).Write(_output);
            message?.WriteTo(_output.AsSpan(FrameHeader.Size, length));
            using var limit = new CancellationTokenSource(_patience);
            await stream.WriteAsync(_output.AsMemory(0, FrameHeader.Size + length), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late)
        {
            // Half a frame would garble all that follow.
            stream.Socket.Shutdown(SocketShutdown.Both);
            throw new IOException("the host does not read", late);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
    }

    private bool Receive(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == FrameKind.Call)
        {
            if (_open.Count >= MostCalls)
                return false;
            var call = new HostCall(this, header.Stream);
            if (!_open.TryAdd(header.Stream, call))
                return false;
            var request = Call.Parser.ParseFrom(payload);
            _running[header.Stream] = Task.Run(() => AnswerAsync(header.Stream, call, request));
            return true;
        }

        if (!_open.TryGetValue(header.Stream, out var known))
            return true;
        if (header.Kind == FrameKind.Window)
            known.Grant(BinaryPrimitives.ReadInt32LittleEndian(payload));
        else if (header.Kind == FrameKind.Cancel)
            known.Cancel();
        return true;
    }

    private async Task AnswerAsync(uint number, HostCall call, Call request)
    {
        try
        {
            await calls.AnswerAsync(call, request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The host wants no more, or is gone.
        }

        _open.TryRemove(number, out _);
        call.Dispose();
        _running.TryRemove(number, out _);
    }
}

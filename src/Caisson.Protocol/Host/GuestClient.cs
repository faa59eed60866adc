using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;
using Google.Protobuf;

namespace Caisson.Protocol.Host;

/// <summary>The host's end of a control door: many calls at once over one byte stream.</summary>
public sealed partial class GuestClient : IGuest
{
    private readonly Stream _stream;
    private readonly ConcurrentDictionary<uint, GuestCall> _calls = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private byte[] _output = new byte[4096];
    private uint _lastStream;
    private int _disposed;

    /// <summary>Takes over a connected stream.</summary>
    public GuestClient(Stream stream)
    {
        _stream = stream;
        Files = new GuestFiles(this);
        _reading = Task.Run(ReadLoopAsync);
    }

    /// <inheritdoc/>
    public Task Closed => _closed.Task;

    /// <inheritdoc/>
    public IGuestFiles Files { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    internal async Task<GuestCall> OpenAsync(Call request, CancellationToken cancellation)
    {
        var call = new GuestCall(this, Interlocked.Increment(ref _lastStream));
        _calls[call.Stream] = call;
        try
        {
            await SendAsync(call.Stream, FrameKind.Call, request, cancellation).ConfigureAwait(false);
        }
        catch
        {
            _calls.TryRemove(call.Stream, out _);
            throw;
        }

        // A door lost between the two lines above would leave the call waiting for ever.
        if (_closed.Task.IsCompleted)
            call.Lose();
        return call;
    }

    internal void Forget(GuestCall call) => _calls.TryRemove(call.Stream, out _);

    internal async Task SendAsync(uint stream, FrameKind kind, IMessage message, CancellationToken cancellation)
    {
        var length = message.CalculateSize();
        if (length > FrameHeader.MaxPayload)
            throw new CaissonException(ErrorCode.InvalidArgument, $"a request of {length} bytes is larger than {FrameHeader.MaxPayload}");
        await EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            Reserve(length);
            new FrameHeader(length, stream, kind).Write(_output);
            message.WriteTo(_output.AsSpan(FrameHeader.Size, length));
            await FlushAsync(FrameHeader.Size + length).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    internal async Task SendAsync(uint stream, FrameKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            Reserve(payload.Length);
            new FrameHeader(payload.Length, stream, kind).Write(_output);
            payload.CopyTo(_output.AsMemory(FrameHeader.Size));
            await FlushAsync(FrameHeader.Size + payload.Length).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    internal static CaissonException Gone(Exception? inner = null) =>
        new(ErrorCode.Unavailable, "the sandbox is gone", "start another one", inner: inner);

    private async Task EnterAsync(CancellationToken cancellation)
    {
        if (_closed.Task.IsCompleted)
            throw Gone();
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private void Reserve(int length)
    {
        if (_output.Length < FrameHeader.Size + length)
            _output = new byte[Math.Max(FrameHeader.Size + length, _output.Length * 2)];
    }

    // A frame is never cut short by a cancellation: that would garble every later one.
    private async Task FlushAsync(int length)
    {
        try
        {
            await _stream.WriteAsync(_output.AsMemory(0, length), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Gone(e);
        }
    }

    private async Task ReadLoopAsync()
    {
        var buffer = new byte[64 << 10];
        var (used, filled) = (0, 0);
        try
        {
            while (true)
            {
                while (FrameHeader.TryRead(buffer.AsSpan(used, filled - used), out var header) && filled - used - FrameHeader.Size >= header.Length)
                {
                    if (_calls.TryGetValue(header.Stream, out var call))
                        call.Receive(header.Kind, buffer.AsSpan(used + FrameHeader.Size, header.Length));
                    used += FrameHeader.Size + header.Length;
                }

                // Whole frames, as many as have come, are taken in at once: a short answer and its end cost one wake-up.
                (buffer, used, filled) = (MakeRoom(buffer, used, filled), 0, filled - used);
                var count = await _stream.ReadAsync(buffer.AsMemory(filled)).ConfigureAwait(false);
                if (count == 0)
                    break;
                filled += count;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException or InvalidProtocolBufferException)
        {
            // However the door was lost, what follows is the same: every call fails and the owner is told.
        }

        _closed.TrySetResult();
        foreach (var call in _calls.Values)
            call.Lose();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private static byte[] MakeRoom(byte[] buffer, int used, int filled)
    {
        var begun = buffer.AsSpan(used, filled - used);
        var needed = FrameHeader.Size + (FrameHeader.TryRead(begun, out var header) ? header.Length : 0);
        var room = buffer.Length < needed ? new byte[needed] : buffer;
        begun.CopyTo(room);
        return room;
    }
}

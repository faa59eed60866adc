using System.Buffers.Binary;
using System.Threading.Channels;
using Caisson.Core.Failures;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;

namespace Caisson.Protocol.Host;

/// <summary>One stream of a control door. What is received is bounded by the window that the guest was granted.</summary>
internal sealed class GuestCall : IAsyncDisposable
{
    private readonly GuestClient _client;
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
    private readonly SemaphoreSlim _granted = new(0);
    private readonly Lock _lock = new();
    private long _sendWindow = FrameHeader.InitialWindow;
    private long _receiveWindow = FrameHeader.InitialWindow;
    private int _consumed;
    private bool _ended;

    public GuestCall(GuestClient client, uint stream) => (_client, Stream) = (client, stream);

    public uint Stream { get; }

    /// <summary>The next reply or piece of data, or null at the end; throws what the guest answered.</summary>
    public async ValueTask<Received?> ReadAsync(CancellationToken cancellation)
    {
        if (!await _received.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false) || !_received.Reader.TryRead(out var item))
            return null;
        await GrantAsync(item.Size, cancellation).ConfigureAwait(false);
        return item;
    }

    /// <summary>The only reply, for calls that have one.</summary>
    public async Task<Reply> SingleAsync(CancellationToken cancellation)
    {
        var item = await ReadAsync(cancellation).ConfigureAwait(false);
        return item?.Reply ?? throw new CaissonException(ErrorCode.Internal, "the guest gave no answer", kind: FailureKind.Infrastructure);
    }

    /// <summary>Waits for the end of a call that has no reply.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        while (await ReadAsync(cancellation).ConfigureAwait(false) is not null)
        {
        }
    }

    /// <summary>Sends data within the window, waiting for more of it when it is used up.</summary>
    public async Task SendDataAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (data.Length > 0)
        {
            var allowed = TakeWindow(Math.Min(data.Length, 64 << 10));
            if (allowed == 0)
            {
                if (_received.Reader.Completion.IsCompleted)
                    return;
                await _granted.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            await _client.SendAsync(Stream, FrameKind.Data, data[..allowed], cancellation).ConfigureAwait(false);
            data = data[allowed..];
        }
    }

    /// <summary>Tells the guest that no more data comes.</summary>
    public Task SendEndAsync(CancellationToken cancellation) => _client.SendAsync(Stream, FrameKind.End, ReadOnlyMemory<byte>.Empty, cancellation);

    /// <summary>Takes in a frame; called by the read loop alone.</summary>
    public void Receive(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        // A guest that sends past its window is not ours any more: holding what it sends would be its way to our memory.
        if (kind is FrameKind.Reply or FrameKind.Data && Interlocked.Add(ref _receiveWindow, -payload.Length) + payload.Length <= 0)
            throw new InvalidDataException("the guest sent past its window");

        switch (kind)
        {
            case FrameKind.Reply:
                _received.Writer.TryWrite(new Received(Reply.Parser.ParseFrom(payload), default, payload.Length));
                break;
            case FrameKind.Data:
                _received.Writer.TryWrite(new Received(null, payload.ToArray(), payload.Length));
                break;
            case FrameKind.Window:
                lock (_lock)
                    _sendWindow += BinaryPrimitives.ReadUInt32LittleEndian(payload);
                _granted.Release();
                break;
            case FrameKind.Fault:
                var fault = Fault.Parser.ParseFrom(payload);
                Finish(new CaissonException((ErrorCode)fault.Code, fault.Message));
                break;
            case FrameKind.End:
                Finish(null);
                break;
        }
    }

    /// <summary>Fails the call because the door is gone.</summary>
    public void Lose() => Finish(GuestClient.Gone());

    public async ValueTask DisposeAsync()
    {
        _client.Forget(this);
        bool cancel;
        lock (_lock)
            (cancel, _ended) = (!_ended, true);
        if (!cancel)
            return;
        _received.Writer.TryComplete();
        try
        {
            await _client.SendAsync(Stream, FrameKind.Cancel, ReadOnlyMemory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CaissonException)
        {
            // The door is gone, and the call with it.
        }
    }

    private int TakeWindow(int wanted)
    {
        lock (_lock)
        {
            var taken = (int)Math.Min(wanted, _sendWindow);
            _sendWindow -= taken;
            return taken;
        }
    }

    private async ValueTask GrantAsync(int size, CancellationToken cancellation)
    {
        _consumed += size;
        if (_consumed < FrameHeader.InitialWindow / 2 || _ended)
            return;
        var grant = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(grant, _consumed);
        Interlocked.Add(ref _receiveWindow, _consumed);
        _consumed = 0;
        await _client.SendAsync(Stream, FrameKind.Window, grant, cancellation).ConfigureAwait(false);
    }

    private void Finish(CaissonException? failure)
    {
        lock (_lock)
            _ended = true;
        _received.Writer.TryComplete(failure);
        _granted.Release();
    }
}

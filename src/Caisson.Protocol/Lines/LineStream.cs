using System.Buffers.Binary;
using System.Threading.Channels;
using Caisson.Protocol.Framing;

namespace Caisson.Protocol.Lines;

/// <summary>One byte stream of a line. What is received is bounded by the window that the other end was granted.</summary>
public sealed class LineStream : Stream
{
    private const int Piece = 32 << 10;
    private readonly Line _line;
    private readonly Channel<byte[]> _received = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
    private readonly TaskCompletionSource<bool> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _granted = new(0);
    private readonly Lock _lock = new();
    private ReadOnlyMemory<byte> _rest;
    private long _sendWindow = FrameHeader.InitialWindow;
    private long _receiveWindow = FrameHeader.InitialWindow;
    private int _consumed;
    private bool _hostEnded;
    private bool _guestEnded;
    private bool _broken;
    private int _disposed;

    internal LineStream(Line line, uint number) => (_line, Number) = (line, number);

    internal uint Number { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says that the other end reads no more after this; it reads the end of the stream.</summary>
    public async ValueTask CloseWriteAsync()
    {
        lock (_lock)
        {
            if (_hostEnded || _broken)
                return;
            _hostEnded = true;
        }

        await _line.SendAsync(Number, FrameKind.End, default).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.Length == 0)
        {
            if (!await _received.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) || !_received.Reader.TryRead(out var piece))
                return 0;
            _rest = piece;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        await GrantAsync(count).ConfigureAwait(false);
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var allowed = TakeWindow(Math.Min(buffer.Length, Piece));
            if (allowed == 0)
            {
                await _granted.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await _line.SendAsync(Number, FrameKind.Data, buffer[..allowed]).ConfigureAwait(false);
            buffer = buffer[allowed..];
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        bool cut;
        lock (_lock)
        {
            cut = !_broken && !(_hostEnded && _guestEnded);
            _broken = true;
        }

        _line.Forget(Number);
        _received.Writer.TryComplete();
        _granted.Release();
        if (cut)
        {
            try
            {
                await _line.SendAsync(Number, FrameKind.Cancel, default).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The line is gone, and the stream with it.
            }
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether the other end could be reached; waits until that is told.</summary>
    internal Task<bool> OpenedAsync(CancellationToken cancellation) => _opened.Task.WaitAsync(cancellation);

    /// <summary>Takes in a frame; called by the read loop alone.</summary>
    internal void Receive(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Reply:
                _opened.TrySetResult(true);
                break;
            case FrameKind.Data:
                if (Interlocked.Add(ref _receiveWindow, -payload.Length) < 0)
                    throw new InvalidDataException("the guest sent past its window");
                _received.Writer.TryWrite(payload.ToArray());
                break;
            case FrameKind.End:
                lock (_lock)
                    _guestEnded = true;
                _received.Writer.TryComplete();
                break;
            case FrameKind.Window when payload.Length == 4:
                lock (_lock)
                    _sendWindow += BinaryPrimitives.ReadUInt32LittleEndian(payload);
                _granted.Release();
                break;
            default:
                Lose();
                break;
        }
    }

    /// <summary>Breaks the stream: it was cut by the other end, or the line is lost.</summary>
    internal void Lose()
    {
        lock (_lock)
            _broken = true;
        _opened.TrySetResult(false);
        _received.Writer.TryComplete(new IOException("the connection was cut"));
        _granted.Release();
        _line.Forget(Number);
    }

    private int TakeWindow(int wanted)
    {
        lock (_lock)
        {
            if (_broken || _hostEnded)
                throw new IOException("the connection was cut");
            var taken = (int)Math.Min(wanted, _sendWindow);
            _sendWindow -= taken;
            return taken;
        }
    }

    private async ValueTask GrantAsync(int count)
    {
        _consumed += count;
        if (_consumed < FrameHeader.InitialWindow / 2 || _guestEnded)
            return;
        var grant = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(grant, _consumed);
        Interlocked.Add(ref _receiveWindow, _consumed);
        _consumed = 0;
        try
        {
            await _line.SendAsync(Number, FrameKind.Window, grant).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // What was received already is still to be read.
        }
    }
}

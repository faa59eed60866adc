using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace Caisson.Network.Streams;

/// <summary>One end of a connection: a stream whose first bytes can be looked at before they are read, and whose sending side can be closed alone.</summary>
internal sealed class Wire(Stream inner, Socket socket, int capacity, Action touched) : Stream
{
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The socket underneath.</summary>
    public Socket Socket => socket;

    /// <summary>What was received and not yet read.</summary>
    public ReadOnlyMemory<byte> Buffered => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Whether as much is buffered as may be.</summary>
    public bool Full => _end - _start >= capacity;

    /// <summary>Opens a wire over a socket.</summary>
    public static Wire Over(Socket socket, int capacity, Action touched) => new(new NetworkStream(socket), socket, capacity, touched);

    /// <summary>Receives more into the buffer; false at the end of the stream or when the buffer is full.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_ended || Full)
            return false;
        _buffer ??= ArrayPool<byte>.Shared.Rent(capacity);
        if (_start > 0)
        {
            Buffered.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await inner.ReadAsync(_buffer.AsMemory(_end, capacity - _end), cancellation);
        touched();
        _ended = count == 0;
        _end += count;
        return count > 0;
    }

    /// <summary>Takes bytes out of the buffer.</summary>
    public void Advance(int count)
    {
        _start += count;
        if (_start < _end)
            return;
        _start = _end = 0;
        Release();
    }

    /// <summary>Closes the sending side; the other end reads the end of the stream.</summary>
    public async ValueTask CloseWriteAsync()
    {
        if (inner is SslStream tls)
            await tls.ShutdownAsync();
        socket.Shutdown(SocketShutdown.Send);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_end > _start)
        {
            var count = Math.Min(buffer.Length, _end - _start);
            Buffered[..count].CopyTo(buffer);
            Advance(count);
            return count;
        }

        if (_ended)
            return 0;
        var received = await inner.ReadAsync(buffer, cancellationToken);
        touched();
        return received;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken);
        touched();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        Release();
        await inner.DisposeAsync();
        socket.Dispose();
        await base.DisposeAsync();
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

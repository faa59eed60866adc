using System.Runtime.InteropServices;
using Caisson.Linux.Interop;
using Native = Caisson.Linux.Interop.Libc;

namespace Caisson.Cli.Terminals;

/// <summary>One of our own descriptors, unbuffered, by read(2) and write(2): a file stream would keep a position of its own, and what others write to the same file would be overwritten.</summary>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int BrokenPipe = 128 + Flags.SIGPIPE;

    public override bool CanRead => descriptor == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => descriptor != 0;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            unsafe
            {
                fixed (byte* start = buffer)
                    count = Native.Read(descriptor, start, (nuint)buffer.Length);
            }

            if (count >= 0)
                return (int)count;
            Retry("read");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // A thread of its own waits: a read of a terminal or a pipe has no end that could be awaited.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await Task.Factory.StartNew(() => Read(buffer.Span), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written;
            unsafe
            {
                fixed (byte* start = buffer)
                    written = Native.Write(descriptor, start, (nuint)buffer.Length);
            }

            if (written > 0)
                buffer = buffer[(int)written..];
            else
                Retry("write");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void Retry(string operation)
    {
        switch (Marshal.GetLastPInvokeError())
        {
            case Errno.EPIPE:
                throw new OutputClosedException(BrokenPipe);
            case Errno.EAGAIN:
                Thread.Sleep(1);
                break;
            case Errno.EINTR:
                break;
            default:
                throw LinuxException.Last(operation);
        }
    }
}

using System.Runtime.InteropServices;
using Caisson.Linux.Interop;

namespace Caisson.Cli.Run;

/// <summary>Writes to one of our own descriptors without buffering; nothing reads it any more ends us as it would end any program.</summary>
internal sealed unsafe class DescriptorStream(int descriptor) : IAsyncDisposable
{
    private const int BrokenPipe = 128 + Flags.SIGPIPE;

    public void Write(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            nint written;
            fixed (byte* start = data)
                written = Libc.Write(descriptor, start, (nuint)data.Length);
            if (written > 0)
            {
                data = data[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.EPIPE)
                throw new OutputClosedException(BrokenPipe);
            if (error == Errno.EAGAIN)
                Thread.Yield();
            else if (error != Errno.EINTR)
                throw LinuxException.Last("write");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Wasm.Worker.Commands;

/// <summary>The pipe that a command reads.</summary>
internal sealed class StandardInput : IDisposable
{
    private const int MostWaiting = 64;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SafeFileHandle _read;
    private readonly FileStream _write;
    private int _waiting;

    public StandardInput()
    {
        unsafe
        {
            var ends = stackalloc int[2];
            LinuxException.Check(Libc.Pipe2(ends, Flags.O_CLOEXEC), "pipe");
            (_read, _write) = (new SafeFileHandle(ends[0], ownsHandle: true), new FileStream(new SafeFileHandle(ends[1], ownsHandle: true), FileAccess.Write, bufferSize: 0));
        }
    }

    /// <summary>A path by which it can be opened, until <see cref="Opened"/>.</summary>
    public string Path => $"/proc/self/fd/{_read.DangerousGetHandle()}";

    /// <summary>Whoever reads it has it open: without them, writing fails.</summary>
    public void Opened() => _read.Dispose();

    /// <summary>Writes, waiting while the pipe is full.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new CaissonException(ErrorCode.ResourceExhausted, $"{MostWaiting} writes to this input wait already");
        }

        try
        {
            await _writing.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                await Task.Run(() => _write.Write(bytes.Span), CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new CaissonException(ErrorCode.Conflict, "the input is closed");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Ends the input.</summary>
    public void Close() => _write.Dispose();

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
        _writing.Dispose();
    }
}

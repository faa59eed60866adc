using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Processes;

/// <summary>The writing end of a process's standard input or terminal; a call is answered when its bytes are written.</summary>
internal sealed unsafe class ProcessInput
{
    private const int MaxWaiting = 64;
    private readonly EventLoop _loop;
    private readonly bool _terminal;
    private readonly Queue<Pending> _waiting = new();
    private int _fd;

    /// <summary>Takes over a non-blocking descriptor, or -1 for none.</summary>
    public ProcessInput(EventLoop loop, int fd, bool terminal) => (_loop, _fd, _terminal) = (loop, fd, terminal);

    public void Write(ReadOnlyMemory<byte> data, GuestStream stream)
    {
        if (_fd < 0)
            throw new GuestFault(ErrorCode.Conflict, "standard input is closed or was not asked for");
        if (_waiting.Count == MaxWaiting)
            throw new GuestFault(ErrorCode.ResourceExhausted, "too much input is waiting for the process to read it");
        _waiting.Enqueue(new Pending(data, stream));
        Flush();
    }

    public void Close()
    {
        if (_terminal)
            throw new GuestFault(ErrorCode.InvalidArgument, "a terminal's input cannot be closed; send it Ctrl-D");
        Abandon();
    }

    /// <summary>Closes it whatever it is; those waiting are told.</summary>
    public void Abandon()
    {
        if (_fd < 0)
            return;
        _loop.Forget(_fd);
        if (!_terminal)
            _ = Libc.Close(_fd);
        _fd = -1;
        while (_waiting.TryDequeue(out var pending))
            pending.Stream.Fail(ErrorCode.Conflict, "the process reads no more input");
    }

    /// <summary>Writes what the descriptor takes now.</summary>
    public void Flush()
    {
        while (_waiting.TryPeek(out var pending))
        {
            nint written;
            fixed (byte* start = pending.Data.Span)
                written = pending.Data.Length == 0 ? 0 : Libc.Write(_fd, start, (nuint)pending.Data.Length);
            if (written < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR)
                    continue;
                if (error == Errno.EAGAIN)
                    Wait();
                else
                    Abandon();
                return;
            }

            pending.Data = pending.Data[(int)written..];
            if (pending.Data.Length > 0)
                continue;
            _waiting.Dequeue();
            pending.Stream.End();
        }

        StopWaiting();
    }

    private bool _watched;

    private void Wait()
    {
        if (_watched)
            return;
        _watched = true;
        // A terminal's one descriptor is watched for reading already: its owner flushes input when it is written to.
        if (_terminal)
            _loop.After(TimeSpan.FromMilliseconds(5), Retry);
        else
            _loop.Watch(_fd, EventLoop.Writable, _ => Flush());
    }

    private void Retry()
    {
        _watched = false;
        if (_fd >= 0)
            Flush();
    }

    private void StopWaiting()
    {
        if (!_watched || _terminal)
            return;
        _watched = false;
        _loop.Forget(_fd);
    }

    private sealed class Pending(ReadOnlyMemory<byte> data, GuestStream stream)
    {
        public ReadOnlyMemory<byte> Data { get; set; } = data;

        public GuestStream Stream => stream;
    }
}

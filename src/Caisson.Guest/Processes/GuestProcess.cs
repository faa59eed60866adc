using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Processes;

/// <summary>One process that a host asked for, its output and its readers; on the loop only.</summary>
internal sealed unsafe class GuestProcess
{
    private const int HighWater = GuestLimits.OutputRetention / 2;
    private static readonly byte[] _buffer = new byte[64 << 10];
    private readonly EventLoop _loop;
    private readonly OutputLog _log = new();
    private readonly List<Attachment> _readers = [];
    private readonly Dictionary<int, OutputStream> _open = [];
    private readonly long _limit;
    private readonly int _terminal;
    private LoopTimer? _deadline;
    private long _dropped;
    private bool _paused;
    private bool _timedOut;

    public GuestProcess(EventLoop loop, Start request, LaunchedProcess launched)
    {
        (_loop, Request, Pid, _limit, _terminal) = (loop, request, launched.Pid, request.OutputLimit, launched.Terminal);
        Input = launched.Terminal >= 0 ? new ProcessInput(loop, launched.Terminal, terminal: true) : new ProcessInput(loop, launched.Input, terminal: false);
        Open(launched.Output, OutputStream.StandardOutput);
        Open(launched.Error, OutputStream.StandardError);
        Open(launched.Terminal, OutputStream.Terminal);
        if (request.TimeoutMs > 0)
            _deadline = loop.After(TimeSpan.FromMilliseconds(request.TimeoutMs), Expire);
    }

    public Start Request { get; }

    public int Pid { get; }

    public ProcessInput Input { get; }

    /// <summary>How it ended, or null while it lives.</summary>
    public Exited? Exit { get; private set; }

    /// <summary>Whether somebody was told of its end.</summary>
    public bool Seen { get; private set; }

    /// <summary>Whether the memory bound is why it is being killed.</summary>
    public bool OutOfMemory { get; set; }

    public void Attach(GuestStream stream, long? from)
    {
        var reader = new Attachment(stream, from ?? _log.End);
        _readers.Add(reader);
        stream.Changed = () => _loop.Post(Pump);
        stream.Reply(new Reply { Started = new Started { Pid = Pid } });
        Pump();
    }

    public void Signal(int number, bool group)
    {
        if (number is < 1 or > 64)
            throw new GuestFault(ErrorCode.InvalidArgument, $"there is no signal {number}");
        if (Exit is not null)
            throw new GuestFault(ErrorCode.NotFound, $"process with pid {Pid} not found");
        if (!group && number == Flags.SIGKILL)
            ProcessTree.Kill(Pid);
        else
            _ = Libc.Kill(group ? -Pid : Pid, number);
    }

    public void Resize(Protocol.Messages.TerminalSize? size)
    {
        if (_terminal < 0 || size is null)
            throw new GuestFault(ErrorCode.InvalidArgument, "the process has no terminal");
        if (Exit is not null)
            return;
        PseudoTerminal.Resize(_terminal, size);
        // Who does not care ignores it.
        if (!PseudoTerminal.TellsOfSize(_terminal))
            ProcessTree.Signal(Pid, Flags.SIGWINCH);
    }

    /// <summary>Takes in the end of the process: drains what it wrote, then tells the readers.</summary>
    public void End(WaitStatus status)
    {
        _deadline?.Cancel();
        foreach (var fd in _open.Keys.ToArray())
        {
            Drain(fd, _open[fd], everything: true);
            Shut(fd);
        }

        Input.Abandon();
        if (_terminal >= 0)
            _ = Libc.Close(_terminal);
        Exit = new Exited { TimedOut = _timedOut, OutOfMemory = OutOfMemory, OutputDropped = _dropped };
        if (status.ExitCode is { } code)
            Exit.ExitCode = code;
        if (status.Signal is { } signal)
            Exit.Signal = signal;
        Pump();
    }

    private void Expire()
    {
        _timedOut = true;
        ProcessTree.Kill(Pid);
    }

    private void Open(int fd, OutputStream stream)
    {
        if (fd < 0)
            return;
        _open[fd] = stream;
        _loop.Watch(fd, EventLoop.Readable, _ =>
        {
            Drain(fd, stream, everything: false);
            Pump();
        });
    }

    private void Drain(int fd, OutputStream stream, bool everything)
    {
        // A stranger that still holds the pipe may write for ever: what is taken after the end is bounded by what can be kept.
        for (var left = GuestLimits.OutputRetention; left > 0 && (everything || !_paused);)
        {
            nint count;
            fixed (byte* start = _buffer)
                count = Libc.Read(fd, start, (nuint)_buffer.Length);
            if (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
                continue;
            if (count <= 0)
            {
                // EIO is how a terminal says that nobody holds its other end.
                if (count == 0 || Marshal.GetLastPInvokeError() != Errno.EAGAIN)
                    Shut(fd);
                return;
            }

            Keep(stream, _buffer.AsSpan(0, (int)count));
            left -= (int)count;
            if (!everything)
                return;
        }
    }

    private void Keep(OutputStream stream, ReadOnlySpan<byte> data)
    {
        if (_limit > 0 && _log.End + data.Length > _limit)
        {
            var room = (int)Math.Max(0, _limit - _log.End);
            _dropped += data.Length - room;
            data = data[..room];
        }

        _log.Append(stream, data);
    }

    private void Pump()
    {
        for (var i = _readers.Count - 1; i >= 0; i--)
        {
            var ended = _readers[i].Pump(_log, Exit);
            Seen |= ended;
            if (ended || _readers[i].Stream.Cancelled)
                _readers.RemoveAt(i);
        }

        // A reader that lags stops the process rather than losing output; with nobody reading the oldest is dropped instead.
        var pause = _readers.Exists(r => _log.End - r.Next > HighWater);
        if (pause == _paused)
            return;
        _paused = pause;
        foreach (var fd in _open.Keys)
            _loop.Change(fd, pause ? 0 : EventLoop.Readable);
    }

    private void Shut(int fd)
    {
        if (!_open.Remove(fd))
            return;
        _loop.Forget(fd);
        if (fd != _terminal)
            _ = Libc.Close(fd);
    }
}

using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Lines;

namespace Caisson.Guest.Machine;

/// <summary>All streams of the line, on a loop of their own: the control door's loop may wait for this one, never the other way round.</summary>
internal sealed unsafe class LineStreams
{
    private const int MaxStreams = 2048;
    private readonly Dictionary<uint, ILineEnd> _ends = [];
    private readonly Action<int> _control;
    private uint _last;

    /// <summary>Opens the line.</summary>
    /// <param name="loop">Where all of it happens.</param>
    /// <param name="path">The serial port, or null where hosts connect to a socket of ours.</param>
    /// <param name="control">Takes a connected socket of a host that calls.</param>
    public LineStreams(EventLoop loop, string? path, Action<int> control)
    {
        (Loop, _control) = (loop, control);
        Port = path is null
            ? new LinePort(loop) { Received = Receive, Reset = Drop, Relieved = Relieve }
            : new LinePort(loop, path) { Received = Receive, Reset = Drop, Relieved = Relieve };
    }

    public EventLoop Loop { get; }

    public LinePort Port { get; }

    /// <summary>Opens a stream to the host; false when there are too many.</summary>
    public bool TryOpen(LineOpening opening, Func<uint, ILineEnd> make)
    {
        if (_ends.Count >= MaxStreams)
            return false;
        // Streams of the guest have even numbers.
        var number = _last += 2;
        _ends[number] = make(number);
        Port.Send(number, FrameKind.Call, opening.ToBytes());
        return true;
    }

    public void Forget(uint stream) => _ends.Remove(stream);

    private void Receive(FrameHeader header, byte[] payload)
    {
        if (header.Kind == FrameKind.Call)
            Accept(header.Stream, LineOpening.Read(payload));
        else if (_ends.TryGetValue(header.Stream, out var end))
            end.Receive(header.Kind, payload);
    }

    private void Accept(uint stream, LineOpening opening)
    {
        switch (opening.Kind)
        {
            case LineKind.Control when _ends.Count < MaxStreams:
                const int SocketPair = 53;
                const int StreamCloseOnExec = 1 | 0x80000;
                var fds = stackalloc int[2];
                LinuxException.Check(Libc.Syscall(SocketPair, 1, StreamCloseOnExec, 0, (nint)fds), "socketpair");
                _ends[stream] = SocketEnd.Over(this, stream, fds[0]);
                _control(fds[1]);
                break;
            case LineKind.Port when _ends.Count < MaxStreams:
                _ends[stream] = SocketEnd.To(this, stream, opening.Port);
                break;
            default:
                Port.Send(stream, FrameKind.Cancel, []);
                break;
        }
    }

    private void Relieve()
    {
        foreach (var end in _ends.Values.ToArray())
            end.Relieve();
    }

    private void Drop()
    {
        var ends = _ends.Values.ToArray();
        _ends.Clear();
        foreach (var end in ends)
            end.Drop();
    }
}

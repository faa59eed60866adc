using System.Runtime.InteropServices;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Lines;

namespace Caisson.Guest.Machine;

/// <summary>The machine's one line to the host, a serial port or a connection: whole frames go out and come in, hosts come and go.</summary>
internal sealed unsafe class LinePort
{
    // What streams may have in flight together is far less; more is a host that does not read.
    private const int CongestedAt = 1 << 20;
    private const uint EdgeTriggered = 1u << 31;

    // Two hosts may have changed places long ago when the kernel tells of it, one after the other, after what the new one wrote.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(200);
    private readonly EventLoop _loop;
    private readonly bool _lasting;
    private int _fd = -1;
    private readonly Queue<byte[]> _output = new();
    private byte[] _token = LineGreeting.FirstToken.ToArray();
    private byte[] _input = new byte[128 << 10];
    private int _filled;
    private int _sent;
    private int _queued;
    private bool _connected;
    private bool _doubted;

    /// <summary>One that hosts connect to; see <see cref="Take"/>.</summary>
    public LinePort(EventLoop loop) => _loop = loop;

    /// <summary>A serial port, which is there whether or not a host is.</summary>
    public LinePort(EventLoop loop, string path)
    {
        (_loop, _lasting) = (loop, true);
        _fd = (int)LinuxException.Check(Libc.Open(path, Flags.O_RDWR | Flags.O_NONBLOCK | Flags.O_CLOEXEC, 0), path);
    }

    /// <summary>What a frame is given to.</summary>
    public required Action<FrameHeader, byte[]> Received { get; init; }

    /// <summary>A new host has come; what the one before had is void.</summary>
    public required Action Reset { get; init; }

    /// <summary>There is room again.</summary>
    public required Action Relieved { get; init; }

    /// <summary>Whether streams should send no more for now.</summary>
    public bool Congested => _queued > CongestedAt;

    /// <summary>Gives up the connection there was for a new one.</summary>
    public void Take(int fd)
    {
        Leave();
        _fd = fd;
        Start();
    }

    public void Start() => _loop.Watch(_fd, EventLoop.Readable | EventLoop.Writable | EdgeTriggered, _ => Handle());

    /// <summary>What hosts begin with from now on.</summary>
    public void Expect(byte[] token) => _token = token;

    public void Send(uint stream, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, stream, kind).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        Enqueue(frame);
    }

    private void Enqueue(byte[] bytes)
    {
        // Nobody is there to read it, and the next host begins anew.
        if (!_connected)
            return;
        _output.Enqueue(bytes);
        _queued += bytes.Length;
        Flush();
    }

    private void Handle(bool believed = false)
    {
        Receive(believed);
        var congested = Congested;
        Flush();
        if (congested && !Congested)
            Relieved();
    }

    private void Flush()
    {
        while (_output.TryPeek(out var head))
        {
            nint written;
            fixed (byte* start = head)
                written = Libc.Write(_fd, start + _sent, (nuint)(head.Length - _sent));
            if (written < 0)
                return;
            _sent += (int)written;
            _queued -= (int)written;
            if (_sent < head.Length)
                continue;
            _output.Dequeue();
            _sent = 0;
        }
    }

    private void Doubt()
    {
        if (_doubted)
            return;
        _doubted = true;
        _loop.After(_patience, () =>
        {
            _doubted = false;
            Handle(believed: true);
        });
    }

    private void Receive(bool believed)
    {
        while (true)
        {
            if (_filled == _input.Length)
                Array.Resize(ref _input, _input.Length * 2);
            nint count;
            fixed (byte* start = &_input[_filled])
                count = Libc.Read(_fd, start, (nuint)(_input.Length - _filled));
            if (count == 0 && _connected && _lasting && !believed)
                Doubt();
            else if (count == 0 && _connected)
                Disconnect();
            if (count == 0 || (count < 0 && Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR)))
                Leave();
            if (count <= 0)
                return;
            var piece = _input.AsSpan(_filled, (int)count);
            var greeted = false;
            // A host that heard nothing greets again.
            while (piece.Length >= LineGreeting.Size && piece.StartsWith(_token))
            {
                greeted = true;
                Greet(piece[..LineGreeting.Size].ToArray());
                piece = piece[LineGreeting.Size..];
            }

            if (greeted)
                piece.CopyTo(_input);
            _filled = greeted ? piece.Length : _filled + piece.Length;

            if (!_connected)
                _filled = 0;
            Consume();
        }
    }

    private void Greet(byte[] greeting)
    {
        Disconnect();
        _connected = true;
        Enqueue(greeting);
    }

    private void Disconnect()
    {
        _connected = false;
        _filled = 0;
        _output.Clear();
        (_queued, _sent) = (0, 0);
        Reset();
    }

    // A connection that ended is of no more use; a serial port waits for the next host.
    private void Leave()
    {
        if (_lasting || _fd < 0)
            return;
        Disconnect();
        _loop.Forget(_fd);
        _ = Libc.Close(_fd);
        _fd = -1;
    }

    private void Consume()
    {
        var used = 0;
        while (_connected && _filled - used >= FrameHeader.Size)
        {
            var length = MemoryMarshal.Read<int>(_input.AsSpan(used));
            if (length is < 0 or > (1 << 20))
            {
                // Not a host that speaks our language; another greeting starts anew.
                Disconnect();
                return;
            }

            if (_filled - used - FrameHeader.Size < length)
                break;
            var header = FrameHeader.Read(_input.AsSpan(used));
            var payload = _input.AsSpan(used + FrameHeader.Size, length).ToArray();
            used += FrameHeader.Size + length;
            Received(header, payload);
        }

        _input.AsSpan(used, _filled - used).CopyTo(_input);
        _filled -= used;
    }
}

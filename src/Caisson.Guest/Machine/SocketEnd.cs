using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Protocol.Framing;

namespace Caisson.Guest.Machine;

/// <summary>A stream of the line that leads to a socket inside.</summary>
internal sealed unsafe class SocketEnd : ILineEnd
{
    private const int Piece = 32 << 10;
    private const int NonBlockingCloseOnExec = 0x80000 | 0x800;
    private readonly LineStreams _line;
    private readonly uint _stream;
    private readonly Queue<byte[]> _pending = new();
    private int _fd;
    private ushort _port;
    private bool _six;
    private bool _connecting;
    private int _offset;
    private long _window = FrameHeader.InitialWindow;
    private int _consumed;
    private bool _hostEnded;
    private bool _socketEnded;
    private bool _watched;
    private uint _interest;
    private bool _gone;

    private SocketEnd(LineStreams line, uint stream, int fd) => (_line, _stream, _fd) = (line, stream, fd);

    /// <summary>Over a connected socket.</summary>
    public static SocketEnd Over(LineStreams line, uint stream, int fd)
    {
        LinuxException.Check(Libc.Fcntl(fd, Flags.F_SETFL, Libc.Fcntl(fd, Flags.F_GETFL, 0) | Flags.O_NONBLOCK), "fcntl");
        var end = new SocketEnd(line, stream, fd);
        end.Update();
        return end;
    }

    /// <summary>To a port of the loopback, of whichever family somebody listens on.</summary>
    public static SocketEnd To(LineStreams line, uint stream, ushort port)
    {
        var end = new SocketEnd(line, stream, -1) { _port = port, _connecting = true };
        end.Connect();
        return end;
    }

    public void Receive(FrameKind kind, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.Data:
                _pending.Enqueue(payload);
                break;
            case FrameKind.End:
                _hostEnded = true;
                break;
            case FrameKind.Window when payload.Length == 4:
                _window += BinaryPrimitives.ReadUInt32LittleEndian(payload);
                break;
            default:
                _line.Forget(_stream);
                Drop();
                return;
        }

        if (!_connecting)
            Write();
        Update();
    }

    public void Relieve() => Update();

    public void Drop()
    {
        if (_gone)
            return;
        _gone = true;
        Unwatch();
        if (_fd < 0)
            return;
        // The other side is to see that it was cut, as if the wire had been.
        const int Socket = 1;
        const int Linger = 13;
        var now = stackalloc int[2];
        (now[0], now[1]) = (1, 0);
        _ = Libc.Syscall(Sys.SetSockOpt, _fd, Socket, Linger, (nint)now, 8);
        _ = Libc.Close(_fd);
        _fd = -1;
    }

    private void Connect()
    {
        const int ConnectNumber = 42;
        var address = stackalloc byte[28];
        new Span<byte>(address, 28).Clear();
        *(ushort*)address = (ushort)(_six ? 10 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(address + 2, 2), _port);
        if (_six)
            address[23] = 1;
        else
            (address[4], address[7]) = (127, 1);
        _fd = (int)LinuxException.Check(Libc.Syscall(Sys.Socket, _six ? 10 : 2, 1 | NonBlockingCloseOnExec, 0), "socket");
        if (Libc.Syscall(ConnectNumber, _fd, (nint)address, _six ? 28 : 16) == 0)
            Connected();
        else if (Marshal.GetLastPInvokeError() == Errno.EINPROGRESS)
            Update();
        else
            Refused();
    }

    private void Refused()
    {
        Unwatch();
        _ = Libc.Close(_fd);
        _fd = -1;
        if (!_six)
        {
            _six = true;
            Connect();
            return;
        }

        Cut();
    }

    private void Connected()
    {
        _connecting = false;
        _line.Port.Send(_stream, FrameKind.Reply, []);
        Write();
        Update();
    }

    private void Handle(uint ready)
    {
        if (_gone)
            return;
        if (_connecting)
        {
            if (SocketError() == 0)
                Connected();
            else
                Refused();
            return;
        }

        if ((ready & (EventLoop.Readable | EventLoop.HangUp)) != 0)
            Read();
        if (!_gone && (ready & EventLoop.Writable) != 0)
            Write();
        Update();
    }

    private void Read()
    {
        var buffer = stackalloc byte[Piece];
        while (!_gone && !_socketEnded && _window > 0 && !_line.Port.Congested)
        {
            var count = Libc.Read(_fd, buffer, (nuint)Math.Min(Piece, _window));
            if (count > 0)
            {
                _window -= count;
                _line.Port.Send(_stream, FrameKind.Data, new ReadOnlySpan<byte>(buffer, (int)count));
                if (count < Piece)
                    return;
            }
            else if (count == 0)
            {
                _socketEnded = true;
                _line.Port.Send(_stream, FrameKind.End, []);
            }
            else
            {
                if (Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR))
                    Cut();
                return;
            }
        }
    }

    private void Write()
    {
        while (!_gone && _pending.TryPeek(out var head))
        {
            const int NoSignal = 0x4000;
            nint written;
            fixed (byte* start = head)
                written = Libc.Syscall(Sys.SendTo, _fd, (nint)(start + _offset), head.Length - _offset, NoSignal);
            if (written < 0)
            {
                if (Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR))
                    Cut();
                return;
            }

            _offset += (int)written;
            Grant((int)written);
            if (_offset < head.Length)
                continue;
            _pending.Dequeue();
            _offset = 0;
        }
    }

    private void Grant(int bytes)
    {
        _consumed += bytes;
        if (_consumed < FrameHeader.InitialWindow / 2)
            return;
        Span<byte> grant = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(grant, _consumed);
        _consumed = 0;
        _line.Port.Send(_stream, FrameKind.Window, grant);
    }

    private void Cut()
    {
        _line.Port.Send(_stream, FrameKind.Cancel, []);
        _line.Forget(_stream);
        Drop();
    }

    // Watched for what there is something to be done with; a hang-up alone would wake the loop without end.
    private void Update()
    {
        if (_gone || _fd < 0)
            return;
        if (_hostEnded && _pending.Count == 0 && !_connecting)
        {
            const int Sending = 1;
            const int Shutdown = 48;
            _ = Libc.Syscall(Shutdown, _fd, Sending);
            if (_socketEnded)
            {
                _line.Forget(_stream);
                _gone = true;
                Unwatch();
                _ = Libc.Close(_fd);
                return;
            }
        }

        var reads = !_connecting && !_socketEnded && _window > 0 && !_line.Port.Congested;
        var interest = (reads ? EventLoop.Readable : 0) | (_connecting || _pending.Count > 0 ? EventLoop.Writable : 0);
        if (interest == 0)
            Unwatch();
        else if (!_watched)
            _line.Loop.Watch(_fd, interest, Handle);
        else if (interest != _interest)
            _line.Loop.Change(_fd, interest);
        _watched = interest != 0;
        _interest = interest;
    }

    private void Unwatch()
    {
        if (_watched)
            _line.Loop.Forget(_fd);
        _watched = false;
    }

    private int SocketError()
    {
        const int GetSockOpt = 55;
        const int Socket = 1;
        const int Error = 4;
        int value, length = 4;
        return Libc.Syscall(GetSockOpt, _fd, Socket, Error, (nint)(&value), (nint)(&length)) == 0 ? value : Errno.EIO;
    }
}

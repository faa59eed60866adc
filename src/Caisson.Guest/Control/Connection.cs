using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;
using Google.Protobuf;

namespace Caisson.Guest.Control;

/// <summary>One host connected to the control door.</summary>
/// <remarks>Read on the loop; written by any thread, one frame at a time.</remarks>
internal sealed unsafe partial class Connection
{
    private const int WriteTimeoutMilliseconds = 60_000;
    private readonly EventLoop _loop;
    private readonly int _fd;
    private readonly Action<GuestStream, Call> _dispatch;
    private readonly Dictionary<uint, GuestStream> _streams = [];
    private readonly Lock _writing = new();
    private byte[] _input = new byte[64 << 10];
    private byte[] _output = new byte[4096];
    private int _filled;
    private bool _closed;

    public Connection(EventLoop loop, int fd, Action<GuestStream, Call> dispatch)
    {
        (_loop, _fd, _dispatch) = (loop, fd, dispatch);
        var flags = Libc.Fcntl(fd, Flags.F_GETFL, 0);
        LinuxException.Check(Libc.Fcntl(fd, Flags.F_SETFL, flags | Flags.O_NONBLOCK), "fcntl");
        loop.Watch(fd, EventLoop.Readable, _ => Receive());
    }

    /// <summary>What to do when the host has gone, on the loop.</summary>
    public Action? Closed { get; set; }

    public void Remove(uint stream) => _loop.Post(() => _streams.Remove(stream));

    public void Send(uint stream, FrameKind kind, IMessage message)
    {
        var length = message.CalculateSize();
        lock (_writing)
        {
            if (_output.Length < FrameHeader.Size + length)
                _output = new byte[FrameHeader.Size + length];
            new FrameHeader(length, stream, kind).Write(_output);
            message.WriteTo(_output.AsSpan(FrameHeader.Size, length));
            WriteAll(_output.AsSpan(0, FrameHeader.Size + length));
        }
    }

    public void Send(uint stream, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        lock (_writing)
        {
            if (_output.Length < FrameHeader.Size + payload.Length)
                _output = new byte[FrameHeader.Size + payload.Length];
            new FrameHeader(payload.Length, stream, kind).Write(_output);
            payload.CopyTo(_output.AsSpan(FrameHeader.Size));
            WriteAll(_output.AsSpan(0, FrameHeader.Size + payload.Length));
        }
    }

    /// <summary>Sends a reply and the end of its stream at once, so that the host wakes up once.</summary>
    public void SendLast(uint stream, IMessage message)
    {
        var length = message.CalculateSize();
        var total = (2 * FrameHeader.Size) + length;
        lock (_writing)
        {
            if (_output.Length < total)
                _output = new byte[total];
            new FrameHeader(length, stream, FrameKind.Reply).Write(_output);
            message.WriteTo(_output.AsSpan(FrameHeader.Size, length));
            new FrameHeader(0, stream, FrameKind.End).Write(_output.AsSpan(FrameHeader.Size + length));
            WriteAll(_output.AsSpan(0, total));
        }
    }

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && !_closed)
        {
            nint written;
            fixed (byte* start = bytes)
                written = Libc.Write(_fd, start, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.EINTR || (error == Errno.EAGAIN && WaitWritable()))
                continue;
            // Half a frame would garble all that follow: the host is cut off, and the read side cleans up on the loop.
            const int Both = 2;
            _ = Shutdown(_fd, Both);
            return;
        }
    }

    private bool WaitWritable()
    {
        var poll = stackalloc int[2];
        int ready;
        do
        {
            (poll[0], poll[1]) = (_fd, 4);
            ready = Poll(poll, 1, WriteTimeoutMilliseconds);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR); // the garbage collector interrupts threads by signals
        return ready > 0;
    }

    private void Receive()
    {
        while (!_closed)
        {
            if (_filled == _input.Length)
                Array.Resize(ref _input, Math.Min(_input.Length * 2, FrameHeader.Size + FrameHeader.MaxPayload));
            nint count;
            fixed (byte* start = &_input[_filled])
                count = Libc.Read(_fd, start, (nuint)(_input.Length - _filled));
            if (count < 0 && Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR)
                return;
            if (count <= 0)
            {
                Close();
                return;
            }

            _filled += (int)count;
            if (!Consume())
                Close();
        }
    }

    private bool Consume()
    {
        var used = 0;
        while (_filled - used >= FrameHeader.Size)
        {
            FrameHeader header;
            try
            {
                header = FrameHeader.Read(_input.AsSpan(used));
            }
            catch (InvalidDataException)
            {
                return false;
            }

            if (_filled - used - FrameHeader.Size < header.Length)
                break;
            Handle(header, _input.AsSpan(used + FrameHeader.Size, header.Length));
            used += FrameHeader.Size + header.Length;
        }

        _input.AsSpan(used, _filled - used).CopyTo(_input);
        _filled -= used;
        return true;
    }

    private void Handle(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == FrameKind.Call)
        {
            var opened = new GuestStream(this, header.Stream);
            _streams[header.Stream] = opened;
            _dispatch(opened, Call.Parser.ParseFrom(payload));
            return;
        }

        if (!_streams.TryGetValue(header.Stream, out var stream))
            return;
        switch (header.Kind)
        {
            case FrameKind.Data:
                stream.Receive(payload.ToArray());
                break;
            case FrameKind.End:
                stream.ReceiveEnd();
                break;
            case FrameKind.Window:
                stream.Grant(BinaryPrimitives.ReadInt32LittleEndian(payload));
                break;
            case FrameKind.Cancel:
                _streams.Remove(header.Stream);
                stream.Cancel();
                break;
        }
    }

    private void Close()
    {
        if (_closed)
            return;
        lock (_writing)
            _closed = true;
        _loop.Forget(_fd);
        _ = Libc.Close(_fd);
        foreach (var stream in _streams.Values)
            stream.Cancel();
        _streams.Clear();
        Closed?.Invoke();
    }

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int fd, int how);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(int* descriptors, nuint count, int timeout);
}

using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Lines;

namespace Caisson.Guest.Machine;

/// <summary>Carries questions for the name service to the host and the answers back, from the address that was asked.</summary>
internal sealed unsafe class NameQuestions
{
    private const int MaxOpen = 128;
    private const int MaxQuestion = 1024;
    private const int RecvMsg = 47;
    private const int SendMsg = 46;
    private readonly LineStreams _line;
    private readonly int _fd;
    private int _open;

    public NameQuestions(LineStreams line, int fd)
    {
        const int PacketInfo = 8;
        (_line, _fd) = (line, fd);
        var on = 1;
        LinuxException.Check(Libc.Syscall(Sys.SetSockOpt, fd, 0, PacketInfo, (nint)(&on), 4), "IP_PKTINFO");
        line.Loop.Watch(fd, EventLoop.Readable, _ => Receive());
    }

    private void Receive()
    {
        var question = stackalloc byte[MaxQuestion];
        while (true)
        {
            var asker = new byte[16];
            var control = new byte[64];
            nint count;
            nint controlLength;
            fixed (byte* from = asker, extra = control)
                count = Transfer(RecvMsg, from, question, MaxQuestion, extra, 64, out controlLength);
            if (count < 0)
                return;
            if (_open >= MaxOpen)
                continue;
            // One control message: length 8, level 4, type 4, then interface 4, local address 4, address asked 4.
            var asked = controlLength >= 28 ? control[20..28] : new byte[8];
            var data = new ReadOnlySpan<byte>(question, (int)count).ToArray();
            if (_line.TryOpen(new LineOpening(LineKind.Question, default, 53, data), stream => new Answer(this, stream, asker, asked)))
                _open++;
        }
    }

    private void Reply(byte[] answer, byte[] asker, byte[] asked)
    {
        // struct cmsghdr with a struct in_pktinfo whose local address is the one that was asked.
        var control = new byte[32];
        (control[0], control[12]) = (28, 8);
        asked.AsSpan(4, 4).CopyTo(control.AsSpan(20));
        fixed (byte* to = asker, extra = control, data = answer)
            _ = Transfer(SendMsg, to, data, answer.Length, extra, control.Length, out _);
    }

    private nint Transfer(int call, byte* name, byte* data, int length, byte* control, int controlLength, out nint controlUsed)
    {
        // struct msghdr: name, namelen, iov, iovlen, control, controllen, flags
        var vector = stackalloc nint[2];
        (vector[0], vector[1]) = ((nint)data, length);
        var header = stackalloc nint[7];
        (header[0], header[1], header[2], header[3], header[4], header[5], header[6]) = ((nint)name, 16, (nint)vector, 1, (nint)control, controlLength, 0);
        var count = Libc.Syscall(call, _fd, (nint)header, 0);
        controlUsed = header[5];
        return count;
    }

    private sealed class Answer(NameQuestions questions, uint stream, byte[] asker, byte[] asked) : ILineEnd
    {
        private bool _done;

        public void Receive(FrameKind kind, byte[] payload)
        {
            if (kind == FrameKind.Data && !_done)
                questions.Reply(payload, asker, asked);
            if (kind == FrameKind.Window)
                return;
            questions._line.Forget(stream);
            questions._line.Port.Send(stream, FrameKind.End, []);
            Drop();
        }

        public void Relieve()
        {
        }

        public void Drop()
        {
            if (!_done)
                questions._open--;
            _done = true;
        }
    }
}

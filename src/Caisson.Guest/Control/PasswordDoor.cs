using System.Security.Cryptography;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Control;

/// <summary>Listens on a loopback port that programs inside can reach too, and lets in who first says the password.</summary>
internal sealed unsafe class PasswordDoor(EventLoop loop, ReadOnlyMemory<byte> password, Action<int> admit)
{
    private const int MostWaiting = 16;
    private const int NonBlockingCloseOnExec = 0x80800;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private int _waiting;

    /// <summary>Starts listening.</summary>
    public void Open(ushort port)
    {
        const int StreamSocket = 1;
        const int Internet = 2;
        const int Backlog = 64;
        var socket = (int)LinuxException.Check(Libc.Syscall(Sys.Socket, Internet, StreamSocket | NonBlockingCloseOnExec, 0), "socket");
        // struct sockaddr_in, network byte order
        var address = stackalloc byte[16];
        new Span<byte>(address, 16).Clear();
        (address[0], address[2], address[3], address[4], address[7]) = (Internet, (byte)(port >> 8), (byte)port, 127, 1);
        LinuxException.Check(Libc.Syscall(Sys.Bind, socket, (nint)address, 16), "bind");
        LinuxException.Check(Libc.Syscall(Sys.Listen, socket, Backlog), "listen");
        loop.Watch(socket, EventLoop.Readable, _ => Accept(socket));
    }

    private void Accept(int socket)
    {
        const int Accept4 = 288;
        var fd = (int)Libc.Syscall(Accept4, socket, 0, 0, NonBlockingCloseOnExec);
        if (fd < 0)
            return;
        if (_waiting == MostWaiting)
        {
            _ = Libc.Close(fd);
            return;
        }

        _waiting++;
        var said = new byte[password.Length];
        var length = 0;
        var timer = loop.After(_patience, () => End(fd, admitted: false));
        loop.Watch(fd, EventLoop.Readable, _ =>
        {
            if (!Read(fd, said, ref length))
            {
                timer.Cancel();
                End(fd, admitted: false);
            }
            else if (length == said.Length)
            {
                timer.Cancel();
                End(fd, CryptographicOperations.FixedTimeEquals(said, password.Span));
            }
        });
    }

    private void End(int fd, bool admitted)
    {
        _waiting--;
        loop.Forget(fd);
        if (admitted)
            admit(fd);
        else
            _ = Libc.Close(fd);
    }

    private static bool Read(int fd, byte[] said, ref int length)
    {
        fixed (byte* start = said)
        {
            var count = Libc.Syscall(Sys.Read, fd, (nint)(start + length), said.Length - length);
            if (count < 0)
                return System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Errno.EAGAIN;
            length += (int)count;
            return count > 0;
        }
    }
}

using System.Net.Sockets;
using System.Text;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Sockets;

/// <summary>Unix sockets that outlive the process that made them, unlike .NET's, which remove their path when closed.</summary>
public static unsafe class UnixSockets
{
    private const int Backlog = 64;
    private const int StreamCloseOnExec = 1 | 0x80000;

    /// <summary>Listens on <c>DIRECTORY/NAME</c>, however long the directory's path is.</summary>
    public static SafeFileHandle Listen(string directory, string name) => WithAddress(directory, name, (fd, address, length) =>
    {
        LinuxException.Check(Libc.Syscall(Sys.Bind, fd, address, length), "bind");
        LinuxException.Check(Libc.Syscall(Sys.Listen, fd, Backlog), "listen");
    });

    /// <summary>Connects to <c>DIRECTORY/NAME</c>.</summary>
    public static Socket Connect(string directory, string name)
    {
        const int ConnectNumber = 42;
        using var handle = WithAddress(directory, name, (fd, address, length) => LinuxException.Check(Libc.Syscall(ConnectNumber, fd, address, length), "connect"));
        var socket = new Socket(new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true));
        handle.SetHandleAsInvalid();
        return socket;
    }

    /// <summary>Connects to a socket whose last step others may have put there: a link in its place is not followed.</summary>
    public static Socket ConnectTo(string path)
    {
        using var place = new SafeFileHandle(LinuxException.Check(Libc.Open(path, Flags.O_PATH | Flags.O_NOFOLLOW | Flags.O_CLOEXEC, 0), path), ownsHandle: true);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint($"/proc/self/fd/{place.DangerousGetHandle()}"));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Two connected sockets: ours, and one to be inherited.</summary>
    public static (Socket Ours, SafeFileHandle Theirs) Pair()
    {
        const int SocketPair = 53;
        var fds = stackalloc int[2];
        LinuxException.Check(Libc.Syscall(SocketPair, 1, StreamCloseOnExec, 0, (nint)fds), "socketpair");
        return (new Socket(new SafeSocketHandle(fds[0], ownsHandle: true)), new SafeFileHandle(fds[1], ownsHandle: true));
    }

    /// <summary>Sends a few bytes and a descriptor with them.</summary>
    public static void Send(Socket socket, ReadOnlySpan<byte> bytes, SafeFileHandle descriptor)
    {
        const int SendMessage = 46;
        const int Rights = 1;
        // struct cmsghdr (length, level, type) with one descriptor; struct msghdr: name, namelen, iov, iovlen, control, controllen, flags
        var control = stackalloc byte[24];
        *(long*)control = 20;
        (*(int*)(control + 8), *(int*)(control + 12), *(int*)(control + 16)) = (1, Rights, (int)descriptor.DangerousGetHandle());
        fixed (byte* start = bytes)
        {
            var vector = stackalloc nint[2] { (nint)start, bytes.Length };
            var message = stackalloc nint[7] { 0, 0, (nint)vector, 1, (nint)control, 24, 0 };
            if (LinuxException.Check(Libc.Syscall(SendMessage, socket.Handle, (nint)message, 0), "sendmsg") != bytes.Length)
                throw new LinuxException("sendmsg", Errno.EIO);
        }
    }

    private static SafeFileHandle WithAddress(string directory, string name, Action<nint, nint, nint> use)
    {
        // A socket address holds 108 bytes; the descriptor's name in /proc is always short enough.
        using var folder = new SafeFileHandle(LinuxException.Check(Libc.Open(directory, Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0), directory), ownsHandle: true);
        var path = Encoding.UTF8.GetBytes($"/proc/self/fd/{folder.DangerousGetHandle()}/{name}\0");
        var socket = new SafeFileHandle(LinuxException.Check(Libc.Syscall(Sys.Socket, 1, StreamCloseOnExec, 0), "socket"), ownsHandle: true);
        try
        {
            var address = stackalloc byte[110];
            *(ushort*)address = 1;
            path.CopyTo(new Span<byte>(address + 2, path.Length));
            use(socket.DangerousGetHandle(), (nint)address, 2 + path.Length);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

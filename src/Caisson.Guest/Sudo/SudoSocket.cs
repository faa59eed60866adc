using System.Runtime.InteropServices;
using System.Text;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Sudo;

/// <summary>The Unix socket between <c>sudo</c> and the guest: an abstract name in the sandbox's own network namespace, with descriptors passed along.</summary>
internal static unsafe partial class SudoSocket
{
    /// <summary>The longest request, in bytes.</summary>
    public const int MaxRequest = 256 << 10;

    private const int SeqPacket = 5 | 0x80000;
    private const int ControlSize = 32;
    private static readonly byte[] _name = Encoding.ASCII.GetBytes("\0caisson-sudo");

    public static int Listen()
    {
        var fd = (int)LinuxException.Check(Libc.Syscall(Sys.Socket, 1, SeqPacket, 0), "socket");
        WithAddress((address, length) => LinuxException.Check(Libc.Syscall(Sys.Bind, fd, address, length), "bind"));
        LinuxException.Check(Libc.Syscall(Sys.Listen, fd, 64), "listen");
        return fd;
    }

    public static int Connect()
    {
        const int ConnectNumber = 42;
        var fd = (int)LinuxException.Check(Libc.Syscall(Sys.Socket, 1, SeqPacket, 0), "socket");
        WithAddress((address, length) => LinuxException.Check(Libc.Syscall(ConnectNumber, fd, address, length), "connect"));
        return fd;
    }

    /// <summary>Sends a request with descriptors 0, 1 and 2.</summary>
    public static void Send(int fd, ReadOnlySpan<byte> request)
    {
        var control = stackalloc byte[ControlSize];
        *(long*)control = 16 + (3 * sizeof(int));
        (*(int*)(control + 8), *(int*)(control + 12)) = (1, 1);
        var descriptors = (int*)(control + 16);
        (descriptors[0], descriptors[1], descriptors[2]) = (0, 1, 2);
        fixed (byte* start = request)
        {
            var vector = stackalloc nint[2] { (nint)start, request.Length };
            var message = stackalloc nint[7] { 0, 0, (nint)vector, 1, (nint)control, ControlSize, 0 };
            LinuxException.Check(SendMessage(fd, message, 0), "sendmsg");
        }
    }

    /// <summary>Receives a request and its three descriptors; null when there is none or it is not whole.</summary>
    public static byte[]? Receive(int fd, out int[] descriptors)
    {
        const int CloseOnExec = 0x40000000;
        const int Truncated = 0x20 | 0x8;
        var control = stackalloc byte[ControlSize];
        var buffer = new byte[MaxRequest];
        descriptors = [];
        fixed (byte* start = buffer)
        {
            var vector = stackalloc nint[2] { (nint)start, buffer.Length };
            var message = stackalloc nint[7] { 0, 0, (nint)vector, 1, (nint)control, ControlSize, 0 };
            nint length;
            while ((length = ReceiveMessage(fd, message, CloseOnExec)) < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
            {
            }

            if (length <= 0)
                return null;
            if (message[5] >= 16 && *(int*)(control + 12) == 1)
                descriptors = new ReadOnlySpan<int>(control + 16, (int)((*(long*)control - 16) / sizeof(int))).ToArray();
            if (descriptors.Length == 3 && ((int)message[6] & Truncated) == 0)
                return buffer[..(int)length];
        }

        foreach (var stray in descriptors)
            _ = Libc.Close(stray);
        return null;
    }

    private static void WithAddress(Action<nint, nint> use)
    {
        var address = stackalloc byte[2 + 32];
        *(ushort*)address = 1;
        _name.CopyTo(new Span<byte>(address + 2, _name.Length));
        use((nint)address, 2 + _name.Length);
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int fd, nint* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int fd, nint* message, int flags);
}

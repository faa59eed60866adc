using System.Net.Sockets;
using System.Runtime.InteropServices;
using Caisson.Linux.Interop;

namespace Caisson.Linux.Sockets;

/// <summary>Hands open descriptors over a Unix socket (SCM_RIGHTS).</summary>
public static unsafe class DescriptorMessage
{
    private const int SendMessage = 46;
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int NoSignal = 0x4000;
    private const int HeaderSize = 16;

    /// <summary>Sends bytes with descriptors attached; the bytes must be few enough for the socket's buffer.</summary>
    public static void Send(Socket socket, ReadOnlySpan<byte> bytes, IReadOnlyList<SafeHandle> descriptors)
    {
        var length = HeaderSize + (descriptors.Count * sizeof(int));
        Span<byte> control = stackalloc byte[(length + 7) & ~7];
        control.Clear();
        MemoryMarshal.Write(control, (long)length);
        MemoryMarshal.Write(control[8..], SocketLevel);
        MemoryMarshal.Write(control[12..], Rights);
        for (var i = 0; i < descriptors.Count; i++)
            MemoryMarshal.Write(control[(HeaderSize + (i * sizeof(int)))..], (int)descriptors[i].DangerousGetHandle());
        fixed (byte* data = bytes)
        fixed (byte* ancillary = control)
        {
            var vector = stackalloc nint[2] { (nint)data, bytes.Length };
            // struct msghdr: name, its length, vectors, their number, control, its length, flags
            var message = stackalloc nint[7] { 0, 0, (nint)vector, 1, (nint)ancillary, control.Length, 0 };
            while (true)
            {
                var sent = Libc.Syscall(SendMessage, socket.Handle, (nint)message, NoSignal);
                if (sent == bytes.Length)
                    break;
                if (sent < 0 && Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR)
                    socket.Poll(1000, SelectMode.SelectWrite);
                else
                    throw new LinuxException("sendmsg", sent < 0 ? Marshal.GetLastPInvokeError() : Errno.EIO);
            }
        }

        GC.KeepAlive(descriptors);
    }
}

using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Protocol.Lines;

namespace Caisson.Guest.Machine;

/// <summary>Takes the host's connection where the line is no serial port; the newest is the line.</summary>
internal static unsafe class VsockListener
{
    private const int Family = 40;
    private const int AddressSize = 16;
    private const int NonBlockingCloseOnExec = 0x80000 | 0x800;

    public static void Open(EventLoop loop, LinePort port)
    {
        const int AnyContext = -1;
        var fd = (int)LinuxException.Check(Libc.Syscall(Sys.Socket, Family, 1 | NonBlockingCloseOnExec, 0), "vsock");
        // struct sockaddr_vm: family, reserved, port, context, zeros
        var address = stackalloc byte[AddressSize];
        new Span<byte>(address, AddressSize).Clear();
        (*(ushort*)address, *(int*)(address + 4), *(int*)(address + 8)) = (Family, LineGreeting.VsockPort, AnyContext);
        LinuxException.Check(Libc.Syscall(Sys.Bind, fd, (nint)address, AddressSize), "bind vsock");
        LinuxException.Check(Libc.Syscall(Sys.Listen, fd, 4), "listen on vsock");
        loop.Watch(fd, EventLoop.Readable, _ => Accept(fd, port));
    }

    private static void Accept(int listener, LinePort port)
    {
        const int Accept4 = 288;
        const int Host = 2;
        var address = stackalloc byte[AddressSize];
        while (true)
        {
            var length = AddressSize;
            var fd = (int)Libc.Syscall(Accept4, listener, (nint)address, (nint)(&length), NonBlockingCloseOnExec);
            if (fd < 0)
                return;
            if (*(int*)(address + 8) == Host)
                port.Take(fd);
            else
                _ = Libc.Close(fd);
        }
    }
}

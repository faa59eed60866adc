using System.Buffers.Binary;
using Caisson.Guest.Loop;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Protocol.Lines;

namespace Caisson.Guest.Machine;

/// <summary>What answers inside in the gateway's stead: every connection out is taken here and carried to the host, which judges it.</summary>
internal sealed unsafe class EgressListener(LineStreams line)
{
    private const ushort Transparent = 61717;
    // The gateway's proxies for HTTP and SOCKS, and its name service over TCP.
    private static readonly ushort[] _further = [61718, 61719, 53];

    /// <summary>Makes the machine's loopback the destination of everything, and answers there.</summary>
    public static void Open(LineStreams line)
    {
        var listener = new EgressListener(line);
        var sockets = NetworkNamespace.PrepareOwn(new NetworkNamespaceRequest(Transparent, _further, NewUser: false));
        for (var i = 0; i < sockets.Count; i++)
        {
            var (fd, six) = (sockets[i], i == 1);
            LinuxException.Check(Libc.Fcntl(fd, Flags.F_SETFL, Libc.Fcntl(fd, Flags.F_GETFL, 0) | Flags.O_NONBLOCK), "fcntl");
            if (i == 2)
                _ = new NameQuestions(line, fd);
            else
                line.Loop.Watch(fd, EventLoop.Readable, ready => listener.Accept(fd, six));
        }
    }

    private void Accept(int listener, bool six)
    {
        const int Accept4 = 288;
        const int NonBlockingCloseOnExec = 0x80000 | 0x800;
        while (true)
        {
            var fd = (int)Libc.Syscall(Accept4, listener, 0, 0, NonBlockingCloseOnExec);
            if (fd < 0)
                return;
            NoDelay(fd);
            if (!line.TryOpen(Destination(fd, six), stream => SocketEnd.Over(line, stream, fd)))
                _ = Libc.Close(fd);
        }
    }

    private static LineOpening Destination(int fd, bool six)
    {
        const int GetSockOpt = 55;
        const int GetSockName = 51;
        const int OriginalDestination = 80;
        var address = stackalloc byte[28];
        var length = six ? 28 : 16;
        // A connection to one of our own ports was never redirected.
        if (Libc.Syscall(GetSockOpt, fd, six ? 41 : 0, OriginalDestination, (nint)address, (nint)(&length)) != 0)
        {
            length = 28;
            LinuxException.Check(Libc.Syscall(GetSockName, fd, (nint)address, (nint)(&length)), "getsockname");
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(address + 2, 2));
        var bytes = six ? new ReadOnlySpan<byte>(address + 8, 16) : new ReadOnlySpan<byte>(address + 4, 4);
        return new LineOpening(LineKind.Outgoing, bytes.ToArray(), port, default);
    }

    private static void NoDelay(int fd)
    {
        const int Tcp = 6;
        var on = 1;
        _ = Libc.Syscall(Sys.SetSockOpt, fd, Tcp, 1, (nint)(&on), 4);
    }
}

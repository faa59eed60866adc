using System.Net.Sockets;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Namespaces;

public sealed unsafe partial class NetworkNamespace
{
    /// <summary>Makes a stream socket that belongs to this namespace, to connect to what listens inside; needs root, or to have made the namespace.</summary>
    public Socket CreateSocket(AddressFamily family) => CreateSocket(family, SocketType.Stream, family == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);

    /// <summary>Makes a UDP socket that belongs to this namespace, to ask what answers inside; needs root, or to have made the namespace.</summary>
    public Socket CreateDatagramSocket() => CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private Socket CreateSocket(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        if (User is not null)
            return CreateByChild(family, type);
        // Only this thread enters, and nothing is awaited before it has left again.
        using var home = new SafeFileHandle(LinuxException.Check(Libc.Open("/proc/thread-self/ns/net", Flags.O_RDONLY | Flags.O_CLOEXEC, 0), "open network namespace"), ownsHandle: true);
        LinuxException.Check(Libc.Syscall(Sys.SetNs, Handle.DangerousGetHandle(), Flags.CLONE_NEWNET), "setns");
        try
        {
            return new Socket(family, type, protocol);
        }
        finally
        {
            if (Libc.Syscall(Sys.SetNs, home.DangerousGetHandle(), Flags.CLONE_NEWNET) != 0)
                Environment.FailFast("a thread of the host is stuck in a sandbox's network namespace");
        }
    }

    // The rights to enter are had in the user namespace that owns this one, which a process of several threads may not join.
    private Socket CreateByChild(AddressFamily family, SocketType type)
    {
        using var script = new ForkScript();
        script.Add("setns user", Sys.SetNs, User!.DangerousGetHandle(), Flags.CLONE_NEWUSER);
        script.Add("setns", Sys.SetNs, Handle.DangerousGetHandle(), Flags.CLONE_NEWNET);
        var number = family switch
        {
            AddressFamily.InterNetwork => 2,
            AddressFamily.InterNetworkV6 => 10,
            AddressFamily.Unix => 1,
            _ => throw new ArgumentOutOfRangeException(nameof(family), family, "sockets are IPv4, IPv6 or Unix"),
        };
        var socket = script.Add("socket", Sys.Socket, number, (int)type | Flags.O_CLOEXEC, 0);
        Run(script, Flags.CLONE_FILES | Flags.SIGCHLD, [socket]);
        return new Socket(new SafeSocketHandle(script.ResultOf(socket), ownsHandle: true));
    }
}

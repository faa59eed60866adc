using System.Buffers.Binary;
using System.Net.Sockets;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Namespaces;

/// <summary>A network namespace with a loopback and nothing else, in which every TCP connection arrives at a socket of ours.</summary>
/// <remarks>
/// A forked child makes the namespace and, sharing our descriptor table, the sockets in it; they stay when it has gone.
/// The namespace lives as long as this handle, a socket in it or a process in it.
/// </remarks>
public sealed unsafe partial class NetworkNamespace : IDisposable
{
    private const int NetlinkFamily = 16;
    private const int RouteProtocol = 0;
    private const int NetfilterProtocol = 12;
    private const int Backlog = 512;
    private const int ReplySpace = 2048;

    private NetworkNamespace(SafeFileHandle handle, SafeFileHandle? user, List<Socket> sockets)
    {
        (Handle, User) = (handle, user);
        (Transparent, Transparent6, Dns, Listeners) = (sockets[0], sockets[1], sockets[2], sockets[3..]);
    }

    /// <summary>The namespace.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The user namespace that owns it, or null when that is the host's.</summary>
    public SafeFileHandle? User { get; }

    /// <summary>Listens where IPv4 connections are redirected to.</summary>
    public Socket Transparent { get; }

    /// <summary>Listens where IPv6 connections are redirected to.</summary>
    public Socket Transparent6 { get; }

    /// <summary>Bound to UDP port 53 of every IPv4 address.</summary>
    public Socket Dns { get; }

    /// <summary>Listeners on the further ports, in order.</summary>
    public IReadOnlyList<Socket> Listeners { get; }

    /// <summary>Its socket counters (<c>/proc/net/sockstat</c>), where it was made for an owner.</summary>
    public SafeFileHandle? Counters { get; private set; }

    /// <summary>Makes one; about two milliseconds.</summary>
    public static NetworkNamespace Create(NetworkNamespaceRequest request) => Prepare(request, null);

    /// <summary>Does the same in a namespace that somebody else made, which has a loopback and nothing else; needs root.</summary>
    public static NetworkNamespace Join(string namespacePath, NetworkNamespaceRequest request) => Prepare(request, namespacePath);

    /// <summary>Does the same in a bare one and takes its handle over; where that fails it is the caller's still.</summary>
    public static NetworkNamespace Furnish(BareNetworkNamespace bare, NetworkNamespaceRequest request)
    {
        using var script = new ForkScript();
        script.Add("setns", Sys.SetNs, bare.Handle.DangerousGetHandle(), Flags.CLONE_NEWNET);
        var replies = AddLoopback(script, request);
        var sockets = AddSockets(script, request);
        Run(script, Flags.CLONE_FILES | Flags.SIGCHLD, [.. sockets]);
        var made = TakeSockets(script, sockets);
        try
        {
            Check(replies);
        }
        catch (LinuxException)
        {
            made.ForEach(socket => socket.Dispose());
            throw;
        }

        return new NetworkNamespace(bare.Handle, null, made);
    }

    private static NetworkNamespace Prepare(NetworkNamespaceRequest request, string? joined)
    {
        using var script = new ForkScript();
        if (joined is not null)
        {
            var other = script.Add("open network namespace", Sys.Open, (nint)script.Memory.Copy(joined), Flags.O_RDONLY | Flags.O_CLOEXEC);
            script.Add("setns", Sys.SetNs, ForkScript.Result(other), Flags.CLONE_NEWNET);
            script.Add("close", Sys.Close, ForkScript.Result(other));
            // Engines turn it off where they give no network; switched on, the loopback gets its address.
            foreach (var device in (string[])["all", "lo"])
                script.AddWrite($"/proc/sys/net/ipv6/conf/{device}/disable_ipv6", "0");
        }

        if (request.NewUser)
            MapSelf(script);
        if (request.Owner is { } owner)
        {
            script.Add("setns user", Sys.SetNs, owner.DangerousGetHandle(), Flags.CLONE_NEWUSER);
            script.Add("unshare network namespace", Sys.Unshare, Flags.CLONE_NEWNET);
        }

        var replies = AddLoopback(script, request);

        var sockets = AddSockets(script, request);
        var net = script.Add("open network namespace", Sys.Open, (nint)script.Memory.Copy("/proc/thread-self/ns/net"), Flags.O_RDONLY | Flags.O_CLOEXEC);
        var user = request.NewUser ? script.Add("open user namespace", Sys.Open, (nint)script.Memory.Copy("/proc/thread-self/ns/user"), Flags.O_RDONLY | Flags.O_CLOEXEC) : -1;
        var sockstat = request.Owner is null ? -1 : script.Add("open sockstat", Sys.Open, (nint)script.Memory.Copy("/proc/thread-self/net/sockstat"), Flags.O_RDONLY | Flags.O_CLOEXEC);
        Run(script, (request.Owner is null && joined is null ? Flags.CLONE_NEWNET : 0) | Flags.CLONE_FILES | Flags.SIGCHLD | (request.NewUser ? Flags.CLONE_NEWUSER : 0), [.. sockets, net, user, sockstat]);
        var result = Take(script, sockets, net, user);
        if (sockstat >= 0)
            result.Counters = new SafeFileHandle(script.ResultOf(sockstat), ownsHandle: true);
        try
        {
            Check(replies, joined is not null);
        }
        catch (LinuxException)
        {
            result.Dispose();
            throw;
        }

        return result;
    }

    /// <summary>Does the same to the namespace of this process, for process 1 of a machine: the descriptors of the sockets (IPv4, IPv6, DNS, then the further ports).</summary>
    public static IReadOnlyList<int> PrepareOwn(NetworkNamespaceRequest request)
    {
        using var script = new ForkScript();
        var replies = AddLoopback(script, request);
        var sockets = AddSockets(script, request);
        Run(script, Flags.CLONE_FILES | Flags.SIGCHLD, [.. sockets]);
        Check(replies);
        return sockets.ConvertAll(step => (int)script.ResultOf(step));
    }

    /// <summary>Makes the same sockets anew in a namespace that an earlier process of ours prepared; needs root.</summary>
    public static NetworkNamespace Reopen(string namespacePath, NetworkNamespaceRequest request)
    {
        using var script = new ForkScript();
        var net = script.Add("open network namespace", Sys.Open, (nint)script.Memory.Copy(namespacePath), Flags.O_RDONLY | Flags.O_CLOEXEC);
        script.Add("setns", Sys.SetNs, ForkScript.Result(net), Flags.CLONE_NEWNET);
        var sockets = AddSockets(script, request);
        Run(script, Flags.CLONE_FILES | Flags.SIGCHLD, [.. sockets, net]);
        return Take(script, sockets, net, -1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        User?.Dispose();
        Counters?.Dispose();
        Transparent.Dispose();
        Transparent6.Dispose();
        Dns.Dispose();
        foreach (var listener in Listeners)
            listener.Dispose();
    }

    private static List<nint> AddLoopback(ForkScript script, NetworkNamespaceRequest request)
    {
        var replies = new List<nint>();
        var route = script.Add("netlink socket", Sys.Socket, NetlinkFamily, (int)SocketType.Raw | Flags.O_CLOEXEC, RouteProtocol);
        Exchange(script, "loopback up", route, LoopbackMessages.Up(), 1, replies);
        Exchange(script, "loopback address", route, LoopbackMessages.Address(), 1, replies);
        Exchange(script, "IPv4 route", route, LoopbackMessages.RouteAll(2), 1, replies);
        Exchange(script, "IPv6 route", route, LoopbackMessages.RouteAll(10), 1, replies);
        script.Add("close", Sys.Close, ForkScript.Result(route));
        var filter = script.Add("nf_tables socket", Sys.Socket, NetlinkFamily, (int)SocketType.Raw | Flags.O_CLOEXEC, NetfilterProtocol);
        Exchange(script, "nf_tables rules", filter, RedirectMessages.Redirect(request.RedirectPort), RedirectMessages.Acknowledgements, replies);
        script.Add("close", Sys.Close, ForkScript.Result(filter));
        UnprivilegedPorts(script);
        return replies;
    }

    // In a namespace that somebody else made, what is to be made may be there already.
    private static void Check(List<nint> replies, bool joined = false)
    {
        foreach (var reply in replies)
        {
            if (NetlinkReply.FirstError(new ReadOnlySpan<byte>((void*)reply, ReplySpace)) is var error and not 0 && !(joined && error == Errno.EEXIST))
                throw new LinuxException("netlink", error);
        }
    }

    private static List<int> AddSockets(ForkScript script, NetworkNamespaceRequest request)
    {
        var sockets = new List<int>
        {
            Listen(script, 2, Address4([127, 0, 0, 1], request.RedirectPort)),
            Listen(script, 10, Address6(request.RedirectPort)),
            Bound(script, 2, SocketType.Dgram, Address4([0, 0, 0, 0], 53)),
        };
        foreach (var port in request.ListenPorts)
            sockets.Add(Listen(script, 2, Address4([127, 0, 0, 1], port)));
        return sockets;
    }

    internal static void Run(ForkScript script, int flags, int[] made)
    {
        try
        {
            script.Finish(script.Start(flags));
        }
        catch (LinuxException)
        {
            CloseMade(script, made);
            throw;
        }
    }

    private static NetworkNamespace Take(ForkScript script, List<int> sockets, int net, int user) => new(
        new SafeFileHandle(script.ResultOf(net), ownsHandle: true),
        user < 0 ? null : new SafeFileHandle(script.ResultOf(user), ownsHandle: true),
        TakeSockets(script, sockets));

    private static List<Socket> TakeSockets(ForkScript script, List<int> sockets) =>
        sockets.ConvertAll(step => new Socket(new SafeSocketHandle(script.ResultOf(step), ownsHandle: true)));

    private static void MapSelf(ForkScript script)
    {
        script.AddWrite("/proc/self/setgroups", "deny");
        script.AddWrite("/proc/self/uid_map", $"0 {Libc.GetUid()} 1");
        script.AddWrite("/proc/self/gid_map", $"0 {Libc.GetGid()} 1");
    }

    private static void UnprivilegedPorts(ForkScript script) =>
        script.AddWrite("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");

    private static void Exchange(ForkScript script, string name, int socket, byte[] request, int answers, List<nint> replies)
    {
        script.Add(name, Sys.SendTo, ForkScript.Result(socket), (nint)script.Memory.Copy(request), request.Length);
        for (var i = 0; i < answers; i++)
        {
            const int DontWait = 0x40;
            var reply = (nint)script.Memory.Allocate(ReplySpace);
            // Several acknowledgements may come in one piece; the first is waited for, the others are there already.
            if (i == 0)
                script.Add(name, Sys.RecvFrom, ForkScript.Result(socket), reply, ReplySpace);
            else
                script.AddOptional(name, Sys.RecvFrom, ForkScript.Result(socket), reply, ReplySpace, DontWait);
            replies.Add(reply);
        }
    }

    private static int Listen(ForkScript script, int family, byte[] address)
    {
        var socket = Bound(script, family, SocketType.Stream, address);
        script.Add("listen", Sys.Listen, ForkScript.Result(socket), Backlog);
        return socket;
    }

    private static int Bound(ForkScript script, int family, SocketType type, byte[] address)
    {
        const int Ipv6 = 41;
        const int Ipv6Only = 26;
        var socket = script.Add("socket", Sys.Socket, family, (int)type | Flags.O_CLOEXEC, 0);
        if (family == 10)
            script.Add("IPV6_V6ONLY", Sys.SetSockOpt, ForkScript.Result(socket), Ipv6, Ipv6Only, (nint)script.Memory.Copy([1, 0, 0, 0]), 4);
        script.Add("bind", Sys.Bind, ForkScript.Result(socket), (nint)script.Memory.Copy(address), address.Length);
        return socket;
    }

    private static byte[] Address4(ReadOnlySpan<byte> ip, ushort port)
    {
        var bytes = new byte[16];
        bytes[0] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), port);
        ip.CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    private static byte[] Address6(ushort port)
    {
        var bytes = new byte[28];
        bytes[0] = 10;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), port);
        bytes[23] = 1;
        return bytes;
    }

    private static void CloseMade(ForkScript script, IEnumerable<int> steps)
    {
        foreach (var step in steps)
        {
            if (step >= 0 && step < (script.Failure?.Step ?? 0) && script.ResultOf(step) > 2)
                _ = Libc.Close((int)script.ResultOf(step));
        }
    }
}

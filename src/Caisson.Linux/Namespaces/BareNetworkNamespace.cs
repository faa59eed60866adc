using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Namespaces;

/// <summary>A network namespace in which nothing is set up yet, not even its loopback: a program may be started in it while that is done.</summary>
public sealed unsafe class BareNetworkNamespace : IDisposable
{
    private BareNetworkNamespace(SafeFileHandle handle) => Handle = handle;

    /// <summary>The namespace.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes one; needs root; about a millisecond.</summary>
    public static BareNetworkNamespace Create()
    {
        using var script = new ForkScript();
        var net = script.Add("open network namespace", Sys.Open, (nint)script.Memory.Copy("/proc/thread-self/ns/net"), Flags.O_RDONLY | Flags.O_CLOEXEC);
        NetworkNamespace.Run(script, Flags.CLONE_NEWNET | Flags.CLONE_FILES | Flags.SIGCHLD, [net]);
        return new BareNetworkNamespace(new SafeFileHandle(script.ResultOf(net), ownsHandle: true));
    }

    /// <summary>Lets go of it; not for one that was furnished, whose handle has another owner.</summary>
    public void Dispose() => Handle.Dispose();
}

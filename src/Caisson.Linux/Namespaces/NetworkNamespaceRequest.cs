namespace Caisson.Linux.Namespaces;

/// <summary>The sockets to make in a new network namespace.</summary>
/// <param name="RedirectPort">The loopback port to which all TCP is redirected; a listener is made there for both address families.</param>
/// <param name="ListenPorts">Further loopback ports to listen on.</param>
/// <param name="NewUser">Also makes a user namespace in which the caller is root: for ordinary users.</param>
public sealed record NetworkNamespaceRequest(ushort RedirectPort, IReadOnlyList<ushort> ListenPorts, bool NewUser)
{
    /// <summary>A user namespace that is to own it, or null for the host's or the new one.</summary>
    public Microsoft.Win32.SafeHandles.SafeFileHandle? Owner { get; init; }
}

using System.Net.Sockets;

namespace Caisson.Network.Dns;

/// <summary>The host's own resolver.</summary>
internal sealed class SystemResolver : INameResolver
{
    /// <inheritdoc/>
    public async Task<Resolution> ResolveAsync(string name, CancellationToken cancellation)
    {
        try
        {
            // The final dot keeps the host's search domains out of it.
            var addresses = await System.Net.Dns.GetHostAddressesAsync(name + ".", cancellation);
            return new(ResolutionState.Found, [.. addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetworkV6).Take(16)]);
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.HostNotFound => Resolution.NoSuchName,
                SocketError.NoData => new(ResolutionState.Found, []),
                _ => Resolution.Failed,
            };
        }
    }
}

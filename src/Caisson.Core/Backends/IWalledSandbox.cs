using Caisson.Core.Guests;
using Caisson.Core.Policy;

namespace Caisson.Core.Backends;

/// <summary>A started wall with a guest inside and its doors open.</summary>
public interface IWalledSandbox : IAsyncDisposable
{
    /// <summary>The control door.</summary>
    IGuest Guest { get; }

    /// <summary>Completes when the wall is gone, with the reason in words.</summary>
    Task<string> Exited { get; }

    /// <summary>Makes the sandbox fit for a policy before it is applied: where headers are to be set on TLS requests, programs inside come to trust the gateway.</summary>
    Task PrepareEgressAsync(EgressPolicy policy, CancellationToken cancellation);

    /// <summary>Replaces the egress policy; open connections that it refuses are cut.</summary>
    void ApplyEgress(EgressPolicy policy);

    /// <summary>Opens a byte stream to a TCP port listening on the sandbox's loopback; Unavailable when nothing listens.</summary>
    Task<Stream> ConnectAsync(int port, CancellationToken cancellation);

    /// <summary>What the sandbox uses now.</summary>
    Task<SandboxUsage> UsageAsync(CancellationToken cancellation);

    /// <summary>Ends every process of the sandbox and removes everything it had on the host; done when it returns, and safe to repeat.</summary>
    Task KillAsync(CancellationToken cancellation);

    /// <summary>Lets go of the sandbox without ending it, if it was started detached; else kills it.</summary>
    new ValueTask DisposeAsync();
}

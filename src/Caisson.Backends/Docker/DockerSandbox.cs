using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Walls.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Backends.Docker;

/// <summary>A running sandbox and the container that it is in, which goes with it.</summary>
internal sealed class DockerSandbox(WalledSandbox inner, Daemon daemon, string container, bool detached, ILogger log) : IWalledSandbox, IFreezable, ILayered, IOutgoing
{
    public IGuest Guest => inner.Guest;

    public Task<string> Exited => inner.Exited;

    public int OutgoingConnections => inner.OutgoingConnections;

    public Task PrepareEgressAsync(EgressPolicy policy, CancellationToken cancellation) => inner.PrepareEgressAsync(policy, cancellation);

    public void ApplyEgress(EgressPolicy policy) => inner.ApplyEgress(policy);

    public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) => inner.ConnectAsync(port, cancellation);

    public Task<SandboxUsage> UsageAsync(CancellationToken cancellation) => inner.UsageAsync(cancellation);

    public Task FreezeAsync(CancellationToken cancellation) => inner.FreezeAsync(cancellation);

    public Task ThawAsync(CancellationToken cancellation) => inner.ThawAsync(cancellation);

    public Task<CapturedLayer> CaptureAsync(string path, bool leaveProcesses, CancellationToken cancellation) => inner.CaptureAsync(path, leaveProcesses, cancellation);

    public async Task KillAsync(CancellationToken cancellation)
    {
        await inner.KillAsync(cancellation).ConfigureAwait(false);
        await RemoveAsync(daemon, container, log).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        if (!detached)
            await RemoveAsync(daemon, container, log).ConfigureAwait(false);
    }

    /// <summary>Removes a container of which no process is left; where the daemon is away, what it remembers is swept later.</summary>
    public static async Task RemoveAsync(Daemon daemon, string container, ILogger log)
    {
        try
        {
            await daemon.RemoveAsync(container, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CaissonException e)
        {
            DockerLog.ContainerLeft(log, e, container);
        }
    }
}

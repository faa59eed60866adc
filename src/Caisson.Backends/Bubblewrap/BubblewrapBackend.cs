using Caisson.Core.Backends;
using Caisson.Walls;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Walls of bubblewrap: fresh namespaces, seccomp, cgroups, and the network door instead of a network.</summary>
/// <param name="options">Where its program is.</param>
/// <param name="host">What walls of this host share.</param>
public sealed class BubblewrapBackend(BubblewrapOptions options, WallHost host) : ISandboxBackend, IKeepsFiles
{
    private readonly BubblewrapLauncher _launcher = new(options);

    /// <inheritdoc/>
    public string Name => BubblewrapLauncher.Name;

    /// <inheritdoc/>
    public WallStrength Strength => WallStrength.Process;

    /// <inheritdoc/>
    public Task<BackendReport> ProbeAsync(CancellationToken cancellation) => Task.FromResult(BubblewrapProbe.Run(options, host));

    /// <inheritdoc/>
    public Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation) => host.StartAsync(request, _launcher, cancellation);

    /// <inheritdoc/>
    public Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation) => host.AttachAsync(request, _launcher, cancellation);

    /// <inheritdoc/>
    public Task SettleAsync(string disk, CancellationToken cancellation) => WallHost.SettleAsync(disk, cancellation);

    /// <inheritdoc/>
    public Task<CapturedLayer> CaptureAsync(string disk, string path, CancellationToken cancellation) => WallHost.CaptureAsync(disk, path, cancellation);
}

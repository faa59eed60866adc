using Caisson.Backends.Oci.Runtimes;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Walls;

namespace Caisson.Backends.Oci;

/// <summary>The wall of one OCI runtime.</summary>
public sealed class OciBackend : ISandboxBackend, IKeepsFiles
{
    private readonly OciRuntime _runtime;
    private readonly WallHost _host;
    private readonly RuntimeProbe _probe;

    /// <summary>Looks for nothing until it is asked.</summary>
    /// <param name="runtime">Which runtime.</param>
    /// <param name="host">What walls of this host share.</param>
    public OciBackend(OciRuntime runtime, WallHost host) => (_runtime, _host, _probe) = (runtime, host, new RuntimeProbe(runtime, host));

    /// <inheritdoc/>
    public string Name => _runtime.Name;

    /// <inheritdoc/>
    public WallStrength Strength => _runtime.Strength;

    /// <inheritdoc/>
    public Task<BackendReport> ProbeAsync(CancellationToken cancellation) => _probe.ReportAsync(cancellation);

    /// <inheritdoc/>
    public async Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        if (!WallHost.IsRoot)
            throw new CaissonException(ErrorCode.Unsupported, $"the {Name} wall needs root on the host", "run as root, or use the bubblewrap wall");
        var program = await _probe.FindAsync(cancellation).ConfigureAwait(false);
        return await _host.StartAsync(request, new RuntimeLauncher(_runtime, program), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation) =>
        _host.AttachAsync(request, new RuntimeLauncher(_runtime, null), cancellation);

    /// <inheritdoc/>
    public Task SettleAsync(string disk, CancellationToken cancellation) => WallHost.SettleAsync(disk, cancellation);

    /// <inheritdoc/>
    public Task<CapturedLayer> CaptureAsync(string disk, string path, CancellationToken cancellation) => WallHost.CaptureAsync(disk, path, cancellation);
}

using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Linux.Seccomp;
using Caisson.Network.Egress;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Walls of bubblewrap: fresh namespaces, seccomp, cgroups, and the network door instead of a network.</summary>
public sealed class BubblewrapBackend : ISandboxBackend
{
    private static readonly bool _isRoot = Libc.GetUid() == 0;
    private readonly BubblewrapOptions _options;
    private readonly EgressGateway _gateway;
    private readonly BlankDisk _disks;
    private readonly CapturedDisks _captured = new();
    private readonly IdRange _ids = new();
    private readonly Lazy<CgroupLayout> _cgroups = new(CgroupLayout.Detect);
    private readonly Lazy<byte[]> _seccomp = new(() => SeccompProfile.Default.Compile());

    /// <summary>Makes the wall's backend; costs nothing until a sandbox is started.</summary>
    public BubblewrapBackend(BubblewrapOptions options, EgressGateway gateway) =>
        (_options, _gateway, _disks) = (options, gateway, new BlankDisk(options.BlankDisks));

    /// <inheritdoc/>
    public string Name => "bubblewrap";

    /// <inheritdoc/>
    public WallStrength Strength => WallStrength.Process;

    /// <inheritdoc/>
    public Task<BackendReport> ProbeAsync(CancellationToken cancellation) => Task.FromResult(BubblewrapProbe.Run(_options, _cgroups.Value));

    /// <inheritdoc/>
    public Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        if (!_isRoot && (request.Root.MultiUser || request.Root.Writable))
        {
            throw new CaissonException(
                ErrorCode.Unsupported,
                "a sandbox with several users and a writable root needs the bubblewrap wall to be run by root",
                "run the server as root");
        }

        return Task.Run(() => BuildAsync(request, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        var resources = new WallResources(request.Id, request.StateDirectory, SandboxCgroup.Find(_cgroups.Value, request.Id.Value), _ids);
        try
        {
            return await Reattachment.TryAsync(request, resources, _gateway, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or CaissonException)
        {
            await resources.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<IWalledSandbox> BuildAsync(StartRequest request, CancellationToken cancellation)
    {
        var resources = new WallResources(request.Id, request.Detached || request.Root.Writable ? request.StateDirectory : null, null, _ids);
        try
        {
            resources.MakeStateDirectory();
            if (!_cgroups.Value.CanLimit && request.Spec.Lifecycle.OnTimeout == TimeoutAction.Pause)
                throw new CaissonException(ErrorCode.Unsupported, "this host has no cgroup in which a sandbox could be paused", "Run the server as root on a host with cgroups.");
            await PrepareAsync(request, resources, cancellation).ConfigureAwait(false);
            using var filter = MemoryFile.Create("seccomp", _seccomp.Value);
            var launch = WallLaunch.Start(request, _options, resources, filter, request.Spec.Egress.Transforms.Count > 0 ? _gateway.CertificateAuthority : null);
            var sweep = _cgroups.Value.CanLimit ? Task.Run(() => SandboxCgroup.SweepOnce(_cgroups.Value), CancellationToken.None) : Task.CompletedTask;
            var opening = BubblewrapSandbox.OpenAsync(request, resources, launch, _gateway, supervise: !_cgroups.Value.CanLimit, _options.StartTimeout, cancellation);
            await Task.WhenAll(opening, sweep).ConfigureAwait(false);
            return await opening.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await resources.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            if (e is LinuxException linux)
                throw new CaissonException(ErrorCode.Internal, $"the bubblewrap wall could not be built: {linux.Message}", "run 'caisson doctor'", inner: linux);
            throw;
        }
    }

    // None of the two needs the other, and both are mostly the kernel's work: side by side they take as long as the longer.
    private Task PrepareAsync(StartRequest request, WallResources resources, CancellationToken cancellation) => Task.WhenAll(
        Task.Run(
            () =>
            {
                resources.Network = NetworkNamespace.Create(new NetworkNamespaceRequest(WallPorts.Transparent, WallPorts.Listened, NewUser: !_isRoot));
                if (_cgroups.Value.CanLimit)
                    resources.Cgroup = SandboxCgroup.Create(_cgroups.Value, request.Id.Value, Limits(request.Spec.Resources));
            },
            CancellationToken.None),
        PrepareFilesAsync(request, resources, cancellation));

    private async Task PrepareFilesAsync(StartRequest request, WallResources resources, CancellationToken cancellation)
    {
        _ = _seccomp.Value;
        if (_isRoot)
            resources.TakeIds(OwnerOf(request.Spec));
        foreach (var mount in request.Spec.Mounts.Where(m => !m.ReadOnly))
            resources.MountPoints.Prepare(mount);
        if (!request.Root.Writable)
        {
            resources.System = HostSystem.Find();
            return;
        }

        var image = Path.GetFullPath(Path.Combine(request.StateDirectory, WallResources.DiskImage));
        await _disks.CreateAsync(image, request.Spec.Resources.DiskBytes, cancellation).ConfigureAwait(false);
        resources.Disk = LoopDevice.Attach(image);
        resources.Captured = _captured.Open(request.Root.Captured);
    }

    private static CgroupLimits Limits(Resources resources) => new(resources.MemoryBytes, resources.Pids, resources.Cpus);

    // Whoever owns the workspace on the host owns it inside.
    private static (uint User, uint Group) OwnerOf(SandboxSpec spec) =>
        spec.Mounts.FirstOrDefault(m => !m.ReadOnly) is { } workspace ? HostOwner.Of(workspace.Source) : (0, 0);
}

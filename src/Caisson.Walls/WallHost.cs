using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Linux.Seccomp;
using Caisson.Network.Egress;
using Caisson.Walls.Disks;
using Caisson.Walls.Doors;
using Caisson.Walls.Ids;
using Caisson.Walls.Launching;
using Caisson.Walls.Sandboxes;
using Caisson.Walls.Staging;

namespace Caisson.Walls;

/// <summary>What the walls of one host share: its ids, disks, groups and the way in which a sandbox is built, found again and given back.</summary>
public sealed class WallHost
{
    private const long SettleMilliseconds = 30_000;
    private readonly BlankDisk _disks;
    private readonly CapturedDisks _captured = new();
    private readonly IdRange _ids = new();
    private readonly Lazy<CgroupLayout> _cgroups = new(CgroupLayout.Detect);
    private readonly Lazy<byte[]> _filter = new(() => SeccompProfile.Default.Compile());
    private readonly Lazy<byte[]> _nesting = new(() => SeccompProfile.Nesting.Compile());

    /// <summary>Looks at nothing until a sandbox is started.</summary>
    public WallHost(WallHostOptions options, EgressGateway gateway) =>
        (Options, Gateway, _disks) = (options, gateway, new BlankDisk(options.BlankDisks));

    /// <summary>Whether this process is root on the host.</summary>
    internal static bool IsRoot { get; } = Libc.GetUid() == 0;

    private static NetworkNamespaceRequest NetworkRequest { get; } = new(WallPorts.Transparent, WallPorts.Listened, NewUser: !IsRoot);

    internal WallHostOptions Options { get; }

    internal EgressGateway Gateway { get; }

    internal CgroupLayout Cgroups => _cgroups.Value;

    internal IdRange Ids => _ids;

    internal BlankDisk Disks => _disks;

    /// <summary>The system call filter of every program inside, as the kernel takes it.</summary>
    internal byte[] FilterOf(SandboxSpec spec) => spec.Nesting ? _nesting.Value : _filter.Value;

    /// <summary>The hash of what a captured layer holds.</summary>
    public static string ContentOf(string layer) => DiskImage.Digest(layer);

    /// <summary>Builds a sandbox and brings its guest up, or leaves nothing behind.</summary>
    internal Task<IWalledSandbox> StartAsync(StartRequest request, ILauncher launcher, CancellationToken cancellation)
    {
        if (!IsRoot && (request.Root.MultiUser || request.Root.Writable))
        {
            throw new CaissonException(
                ErrorCode.Unsupported,
                $"a sandbox with several users and a writable root needs the {launcher.Wall} wall to be run by root",
                "run the server as root");
        }

        if (request.Spec.Nesting && !(launcher.Nests && IsRoot && request.Root.MultiUser && Cgroups.CanLimit))
            throw new CaissonException(ErrorCode.Unsupported, $"the {launcher.Wall} wall cannot be divided into cells on this host", Cgroups.Missing is { } missing ? $"Cells need groups: {missing}." : null);
        // Two kernels that each keep their own idea of a file's end lose what both append.
        if (launcher.OwnKernel && request.Spec.Mounts.Any(mount => mount.IsVolume))
            throw ShowsNoVolumes(launcher.Wall);
        if (request.Spec.Resources.DiskBytesPerSecond is not null && !(request.Root.Writable && Cgroups.CanLimitDisks))
        {
            throw new CaissonException(
                ErrorCode.Unsupported,
                "the speed of this sandbox's disk cannot be bounded",
                request.Root.Writable ? "This host has no v2 group that limits block devices (io): ask for no bound." : "Only sandboxes of templates have a disk of their own: ask for no bound.");
        }

        return Task.Run(() => BuildAsync(request, launcher, cancellation), cancellation);
    }

    /// <summary>Finds a sandbox that an earlier process of ours started, or null when it is gone; then nothing of it is left.</summary>
    internal async Task<IWalledSandbox?> AttachAsync(AttachRequest request, ILauncher launcher, CancellationToken cancellation)
    {
        var resources = new WallResources(request.Id, request.StateDirectory, SandboxCgroup.Find(Cgroups, request.Id.Value), _ids, launcher);
        try
        {
            return await Reattachment.TryAsync(request, resources, Gateway, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or CaissonException)
        {
            await resources.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>The refusal of a wall with a kernel of its own.</summary>
    internal static CaissonException ShowsNoVolumes(string wall) =>
        new(ErrorCode.Unsupported, $"the {wall} wall shows no volumes", "Use a wall of this kernel for sandboxes with volumes: bubblewrap, crun, runc or docker.");

    /// <summary>Waits until nothing has a disk mounted any more, and all of it is on the host's own.</summary>
    internal static async Task SettleAsync(string disk, CancellationToken cancellation)
    {
        var image = Path.GetFullPath(disk);
        // The kernel takes the last mount of a sandbox down after its last process has gone.
        for (var started = Environment.TickCount64; LoopDevice.IsHeld(image);)
        {
            if (Environment.TickCount64 - started > SettleMilliseconds)
                throw new CaissonException(ErrorCode.Unavailable, "the sandbox's disk is still in use", "Try again in a moment.");
            await Task.Delay(1, cancellation).ConfigureAwait(false);
        }

        await using var file = new FileStream(image, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Copies a disk that nothing has mounted.</summary>
    internal static Task<CapturedLayer> CaptureAsync(string disk, string path, CancellationToken cancellation) => Task.Run(
        () => CapturedDisk.WriteAsync(path, () =>
        {
            DiskImage.Copy(disk, path);
            return Task.FromResult(TimeSpan.Zero);
        }),
        cancellation);

    private async Task<IWalledSandbox> BuildAsync(StartRequest request, ILauncher launcher, CancellationToken cancellation)
    {
        var resources = new WallResources(request.Id, request.Detached || request.Root.Writable ? request.StateDirectory : null, null, _ids, launcher);
        try
        {
            request = request with { Spec = request.Spec with { Mounts = [.. request.Spec.Mounts.Select(MountPoints.Shallow)] } };
            resources.MakeStateDirectory();
            if (!Cgroups.CanLimit && request.Spec.Lifecycle is { OnTimeout: TimeoutAction.Pause, KeepMemory: true })
                throw new CaissonException(ErrorCode.Unsupported, "this host has no cgroup in which a sandbox could be paused", "Run the server as root on a host with cgroups.");
            await PrepareAsync(request, resources, cancellation).ConfigureAwait(false);
            var furnishing = Task.Run(() => Furnish(resources), CancellationToken.None);
            var launch = await LaunchAsync(request, resources, furnishing).ConfigureAwait(false);
            var sweep = Cgroups.CanLimit ? Task.Run(() => SandboxCgroup.SweepOnce(Cgroups), CancellationToken.None) : Task.CompletedTask;
            var opening = WalledSandbox.OpenAsync(request, resources, launch, furnishing, this, cancellation);
            await Task.WhenAll(opening, sweep).ConfigureAwait(false);
            return await opening.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await resources.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            if (e is LinuxException { Error: Errno.ELOOP or Errno.ENOTDIR } link && link.Message.StartsWith(StageScript.VolumePlace, StringComparison.Ordinal))
                throw new CaissonException(ErrorCode.InvalidArgument, $"{link.Message}: a link or a file of the template is in the way", "Mount the volume elsewhere.", inner: link);
            if (e is LinuxException linux)
                throw new CaissonException(ErrorCode.Internal, $"the {launcher.Wall} wall could not be built: {linux.Message}", "run 'caisson doctor'", inner: linux);
            throw;
        }
    }

    // Until the guest is told to run something nobody inside uses the network: setting it up takes as long as the wall's own start, and goes beside it.
    // But a kernel of the sandbox's own reads it when it starts; and of an ordinary user, who enters another namespace to set it up, no second child may be forked meanwhile.
    private static void Furnish(WallResources resources)
    {
        if (resources.Bare is { } bare)
            resources.Network = NetworkNamespace.Furnish(bare, NetworkRequest);
    }

    private async Task<WallLaunch> LaunchAsync(StartRequest request, WallResources resources, Task furnishing)
    {
        try
        {
            return WallLaunch.Start(request, this, resources);
        }
        catch
        {
            await furnishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task PrepareAsync(StartRequest request, WallResources resources, CancellationToken cancellation)
    {
        await PrepareBothAsync(request, resources, cancellation).ConfigureAwait(false);
        if (request.Spec.Resources.DiskBytesPerSecond is { } bound)
            resources.Cgroup!.LimitDisk(resources.Disk!.Number, bound);
    }

    // None of the two needs the other, and both are mostly the kernel's work: side by side they take as long as the longer.
    private Task PrepareBothAsync(StartRequest request, WallResources resources, CancellationToken cancellation) => Task.WhenAll(
        Task.Run(
            () =>
            {
                if (resources.Launcher.NetworkPath is { } path)
                    resources.Network = NetworkNamespace.Join(path, NetworkRequest);
                else if (!IsRoot || resources.Launcher.OwnKernel)
                    resources.Network = NetworkNamespace.Create(NetworkRequest);
                else
                    resources.Bare = BareNetworkNamespace.Create();
                if (Cgroups.CanLimit)
                    resources.Cgroup = SandboxCgroup.Create(Cgroups, request.Id.Value, Limits(request.Spec.Resources, resources.Launcher));
            },
            CancellationToken.None),
        PrepareFilesAsync(request, resources, cancellation));

    private async Task PrepareFilesAsync(StartRequest request, WallResources resources, CancellationToken cancellation)
    {
        _ = _filter.Value;
        if (IsRoot)
            resources.MapIds(OwnerOf(request.Spec), request.Root.MultiUser);
        foreach (var mount in request.Spec.Mounts.Where(m => !m.ReadOnly))
            resources.MountPoints.Prepare(mount);
        if (!request.Root.Writable)
        {
            resources.System = HostSystem.Find();
            return;
        }

        if (request.Disk is { } disk)
            resources.Image = Path.GetFullPath(disk);
        resources.HasOldDisk = File.Exists(resources.Image);
        if (!resources.HasOldDisk)
            await _disks.CreateAsync(resources.Image, request.Spec.Resources.DiskBytes, cancellation).ConfigureAwait(false);
        else if (LoopDevice.IsHeld(resources.Image))
            throw new CaissonException(ErrorCode.Unavailable, "the sandbox's disk is still in use", "Try again in a moment.");
        resources.Disk = LoopDevice.Attach(resources.Image);
        resources.Captured = _captured.Open(request.Root.Captured);
    }

    private static CgroupLimits Limits(Resources resources, ILauncher launcher) =>
        new(resources.MemoryBytes + launcher.OwnMemoryBytes, resources.Pids + launcher.OwnPids, resources.Cpus);

    // Whoever owns the workspace on the host owns it inside.
    private static (uint User, uint Group) OwnerOf(SandboxSpec spec) =>
        spec.Mounts.FirstOrDefault(m => m is { ReadOnly: false, IsVolume: false }) is { } workspace ? HostOwner.Of(workspace.Source) : (0, 0);
}

using System.Diagnostics;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;
using Caisson.Walls.Disks;

namespace Caisson.Walls.Sandboxes;

internal sealed partial class WalledSandbox : IFreezable, ILayered, IOutgoing, INesting
{
    private EgressPolicy? _deferred;
    private bool _frozen;
    // Where they are no processes of this host: as many as the guest told of before it stood still, or null when it was not asked.
    private int? _counted;

    public int OutgoingConnections => _resources.Egress?.Connections ?? 0;

    public async Task FreezeAsync(CancellationToken cancellation)
    {
        await _ending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_ended)
                throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone");
            await CountAsync(cancellation).ConfigureAwait(false);
            await RequireFreezer().FreezeAsync(cancellation).ConfigureAwait(false);
            _frozen = true;
        }
        finally
        {
            _ending.Release();
        }
    }

    public async Task ThawAsync(CancellationToken cancellation)
    {
        await _ending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_ended)
                throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone");
            await RequireFreezer().ThawAsync(cancellation).ConfigureAwait(false);
            _frozen = false;
        }
        finally
        {
            _ending.Release();
        }

        if (_deferred is { } policy)
            await PrepareEgressAsync(policy, cancellation).ConfigureAwait(false);
        _deferred = null;
    }

    public async Task<CapturedLayer> CaptureAsync(string path, bool leaveProcesses, CancellationToken cancellation)
    {
        var image = _resources.Image;
        await _ending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_ended)
                throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone");
            return await CapturedDisk.WriteAsync(path, () => CopyAsync(image, path, leaveProcesses, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            _ending.Release();
        }
    }

    private async Task<TimeSpan> CopyAsync(string image, string path, bool leaveProcesses, CancellationToken cancellation)
    {
        using var device = _resources.Disk is null ? LoopDevice.Find(image) : null;
        if ((_resources.Disk ?? device) is not { } disk)
            throw new CaissonException(ErrorCode.Unsupported, "this sandbox has no disk of its own", "Start it from a template with a writable root.");
        using var door = DiskDoor.Open(disk.Path);
        // Most of the writing is done while it still runs.
        door.Sync();
        var freezer = RequireFreezer();
        var running = !_frozen;
        if (running)
            await CountAsync(cancellation).ConfigureAwait(false);
        var watch = Stopwatch.StartNew();
        if (running)
            await freezer.FreezeAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!leaveProcesses && HasProcesses(freezer))
            {
                throw new CaissonException(
                    ErrorCode.Unsupported,
                    $"processes run in this sandbox, and the {_resources.Launcher.Wall} wall can copy files but no processes",
                    "End them first, or ask for a copy of the files alone.");
            }

            door.Sync();
            DiskImage.Copy(image, path);
        }
        finally
        {
            if (running)
                await freezer.ThawAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return running ? watch.Elapsed : TimeSpan.Zero;
    }

    private async Task CountAsync(CancellationToken cancellation)
    {
        if (_resources.Launcher.OwnProcesses is null && !_frozen)
            _counted = (await _guest.StatisticsAsync(cancellation).ConfigureAwait(false)).Processes;
    }

    private bool HasProcesses(Freezer freezer) => _resources.Launcher.OwnProcesses is { } own ? freezer.Processes().Count > own : _counted is not 0;

    // A frozen process ends when killed, but what waits for it would not see it end.
    private async Task ThawForEndAsync()
    {
        if (!_frozen || _resources.Cgroup?.FindFreezer() is not { } freezer)
            return;
        if (_resources.Guest > 0)
            _ = Libc.Kill(_resources.Guest, Flags.SIGKILL);
        await freezer.ThawAsync(CancellationToken.None).ConfigureAwait(false);
        _frozen = false;
    }

    private Freezer RequireFreezer() => _resources.Cgroup?.FindFreezer()
        ?? throw new CaissonException(ErrorCode.Unsupported, "this host has no cgroup in which a sandbox could be stopped", "Run the server as root on a host with cgroups.");
}

using System.Diagnostics;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;

namespace Caisson.Backends.Bubblewrap;

internal sealed partial class BubblewrapSandbox : IFreezable, ILayered, IOutgoing
{
    // bwrap and the guest; whatever else is in the group is the sandbox's own.
    private const int OwnProcesses = 2;

    private EgressPolicy? _deferred;
    private bool _frozen;

    public int OutgoingConnections => _resources.Egress?.Connections ?? 0;

    public async Task FreezeAsync(CancellationToken cancellation)
    {
        await _ending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_ended)
                throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone");
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
        var image = Path.GetFullPath(Path.Combine(_resources.StateDirectory ?? "", WallResources.DiskImage));
        await _ending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_ended)
                throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone");
            var stopped = await CopyAsync(image, path, leaveProcesses, cancellation).ConfigureAwait(false);
            return new CapturedLayer(DiskImage.Digest(path), DiskImage.Allocated(path), stopped);
        }
        catch (Exception e)
        {
            File.Delete(path);
            if (e is LinuxException linux)
                throw new CaissonException(ErrorCode.Internal, $"the sandbox's disk could not be copied: {linux.Message}", "See that the state directory's disk has room.", inner: linux);
            throw;
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
        var watch = Stopwatch.StartNew();
        if (running)
            await freezer.FreezeAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!leaveProcesses && freezer.Processes().Count > OwnProcesses)
            {
                throw new CaissonException(
                    ErrorCode.Unsupported,
                    "processes run in this sandbox, and the bubblewrap wall can copy files but no processes",
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

    // A frozen process ends when killed, but bwrap would not see it end.
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

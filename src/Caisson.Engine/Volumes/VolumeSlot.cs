using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Core.Volumes;

namespace Caisson.Engine.Volumes;

/// <summary>One volume: mounted while it is used and a moment longer, claimed by every sandbox that has it.</summary>
internal sealed class VolumeSlot : IAsyncDisposable
{
    // Calls come one after another; mounting for each would be most of their time.
    private static readonly TimeSpan _linger = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _mounting = new(1, 1);
    private readonly Lock _gate = new();
    private readonly HashSet<SandboxId> _claims = [];
    private readonly HashSet<SandboxId> _mountedFor = [];
    private readonly IVolumeHost _host;
    private readonly string _directory;
    private readonly ITimer _timer;
    private readonly Action<Exception> _failed;
    private IMountedVolume? _mounted;
    private Task _leaving = Task.CompletedTask;
    private int _uses;
    private bool _removed;

    public VolumeSlot(VolumeInfo info, IVolumeHost host, string directory, TimeProvider time, Action<Exception> failed)
    {
        (Info, _host, _directory, _failed) = (info, host, directory, failed);
        _timer = time.CreateTimer(_ => Leave(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public const string Image = "disk.ext4";
    public const string Place = "mount";

    public VolumeInfo Info { get; }

    /// <summary>Notes that a sandbox has this volume, so that it stays, though it may not be mounted now.</summary>
    public void Claim(SandboxId sandbox)
    {
        lock (_gate)
        {
            RequireThere();
            _claims.Add(sandbox);
        }
    }

    /// <summary>Mounts it for a sandbox and gives the host directory.</summary>
    public async Task<string> HoldAsync(SandboxId sandbox, CancellationToken cancellation)
    {
        Claim(sandbox);
        var mounted = await UseAsync(cancellation);
        lock (_gate)
        {
            if (_mountedFor.Add(sandbox))
                return mounted.Root;
        }

        Release();
        return mounted.Root;
    }

    /// <summary>A sandbox needs the mount no more, and the volume neither unless it keeps its claim.</summary>
    public void LetGo(SandboxId sandbox, bool keepClaim)
    {
        bool held;
        lock (_gate)
        {
            held = _mountedFor.Remove(sandbox);
            if (!keepClaim)
                _claims.Remove(sandbox);
        }

        if (held)
            Release();
    }

    /// <summary>Mounts it if it is not; to be followed by <see cref="Release"/>.</summary>
    public async Task<IMountedVolume> UseAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            RequireThere();
            _uses++;
        }

        try
        {
            await _mounting.WaitAsync(cancellation);
            try
            {
                return _mounted ??= await _host.MountAsync(Path.Combine(_directory, Image), Path.Combine(_directory, Place), cancellation);
            }
            finally
            {
                _mounting.Release();
            }
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Ends one use; after the last and a moment the mount goes.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (--_uses == 0 && !_removed)
                _timer.Change(_linger, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Closes it for good if no sandbox and no call has it; Conflict otherwise.</summary>
    public void Remove()
    {
        lock (_gate)
        {
            RequireThere();
            if (_claims.Count > 0)
                throw new CaissonException(ErrorCode.Conflict, $"volume '{Info.Name}' is mounted in {_claims.Count} sandboxes", "End them first.");
            if (_uses > 0)
                throw new CaissonException(ErrorCode.Conflict, $"volume '{Info.Name}' is in use", "Try again when that is over.");
            _removed = true;
        }
    }

    /// <summary>Undoes <see cref="Remove"/>.</summary>
    public void Restore()
    {
        lock (_gate)
            _removed = false;
    }

    /// <summary>Takes the mount away now, used or not; sandboxes keep theirs.</summary>
    public async Task UnmountAsync()
    {
        Task leaving;
        lock (_gate)
            leaving = _leaving;
        await leaving;
        await UnmountIfAsync(() => true);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await UnmountAsync();
        _mounting.Dispose();
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (_uses == 0 && _leaving.IsCompleted)
                _leaving = Task.Run(LeaveAsync);
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await UnmountIfAsync(() => _uses == 0);
        }
        catch (Exception e) when (e is CaissonException or IOException)
        {
            _failed(e);
        }
    }

    private async Task UnmountIfAsync(Func<bool> condition)
    {
        await _mounting.WaitAsync();
        try
        {
            IMountedVolume? going;
            lock (_gate)
            {
                if (!condition())
                    return;
                (going, _mounted) = (_mounted, null);
            }

            if (going is not null)
                await going.DisposeAsync();
        }
        finally
        {
            _mounting.Release();
        }
    }

    private void RequireThere()
    {
        if (_removed)
            throw new CaissonException(ErrorCode.NotFound, $"volume '{Info.Name}' not found");
    }
}

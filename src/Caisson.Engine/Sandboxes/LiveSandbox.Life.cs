using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Exec;
using Caisson.Engine.Metrics;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class LiveSandbox
{
    private const int KillAttempts = 3;

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<CaissonException?>? _ending;
    private Task _watch = Task.CompletedTask;
    private bool _letGo;

    /// <summary>Finds it again after a restart; false when it is gone.</summary>
    public async Task<bool> AttachAsync(ISandboxBackend backend, CancellationToken cancellation)
    {
        _backend = backend;
        _parts.State.Create(Id);
        _timeline.Restore();
        var spec = _info.Spec with { Egress = Resolved(_info.Spec.Egress, strict: false) };
        var request = new AttachRequest(Id, spec, _parts.State.OfWall(Id, backend.Name), _timeline, Frozen: _restored == SandboxState.Paused)
        {
            Disk = Disk,
            Checkpoint = _info.Memory is { Whole: false } ? MemoryDirectory : null,
        };
        var found = await backend.AttachAsync(request, cancellation);
        if (_info.FilesOnly)
            return await AttachFilesAsync(found, cancellation);
        if (_info.Memory is not null && !await AttachMemoryAsync(found, cancellation))
            return false;
        if (found is null)
            return _info.Memory is not null;
        RemoveMemory();
        Adopt(found);
        _ = await HoldVolumesAsync(cancellation);
        _metrics = new MetricRing(startedAt: null);
        try
        {
            _memory.StartFrom((await found.UsageAsync(cancellation)).OutOfMemoryKills);
        }
        catch (CaissonException e)
        {
            LogNotMeasured(Id, e.Message);
        }

        return true;
    }

    /// <summary>Makes it usable: it is running, or paused as it was, its timeout counts, and its own death is noticed.</summary>
    public void Open(string reason)
    {
        lock (_gate)
        {
            Move(_restored == SandboxState.Paused ? SandboxState.Paused : SandboxState.Running, reason);
            if (_info.State == SandboxState.Running)
                OpenDoors();
            Arm();
            if (_wall is { } wall)
                _watch = WatchAsync(wall);
        }
    }

    /// <summary>Undoes a start that failed, or forgets a sandbox that was not found again; nothing of it is left.</summary>
    public async Task AbandonAsync(string reason)
    {
        lock (_gate)
            Move(SandboxState.Failed, reason);
        await TearDownAsync();
        _ended.TrySetResult();
    }

    /// <summary>Begins the end, or joins the one under way; the task tells how it went and never throws.</summary>
    public Task<CaissonException?> EndAsync(EndCause cause, string reason)
    {
        lock (_gate)
        {
            if (_ending is not null)
                return _ending;
            if (_letGo)
                throw new CaissonException(ErrorCode.Unavailable, "the server is shutting down");
            Move(SandboxState.Stopping, reason);
            _parts.Expiry.Set(Id, null);
            return _ending = Task.Run(() => FinishAsync(cause, reason));
        }
    }

    /// <summary>Lets go of it, alive, for the next server to find; an end under way is waited for.</summary>
    public async Task ReleaseAsync()
    {
        Task<CaissonException?>? ending;
        lock (_gate)
        {
            _letGo = true;
            _parts.Expiry.Set(Id, null);
            ending = _ending;
        }

        _released.TrySetResult();
        await _watch;
        await _operation;
        await _settling;
        CloseDoors();
        if (ending is not null)
            await ending;
        else if (_wall is not null)
            await _wall.DisposeAsync();
    }

    private void Adopt(IWalledSandbox wall)
    {
        lock (_gate)
            _wall = wall;
        _memory = new OutOfMemoryCount(wall.UsageAsync, _timeline);
        _inside = new JournaledGuest(wall.Guest, _timeline, _memory, _parts.Time, DefaultUser);
    }

    private void Move(SandboxState to, string reason, SandboxInfo? after = null)
    {
        var from = _info.State;
        if (!SandboxTransitions.Allows(from, to))
            throw new CaissonException(ErrorCode.Conflict, $"sandbox {Id} is {StateNames.Of(from)} and cannot be made {StateNames.Of(to)}");
        _info = (after ?? _info) with { State = to };
        _timeline.Append(new LifecycleEvent(StateNames.Of(to), reason));
        LogMoved(Id, to, reason);
    }

    private async Task WatchAsync(IWalledSandbox wall)
    {
        await Task.WhenAny(wall.Exited, _released.Task).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var reason = "";
        lock (_gate)
        {
            if (IsMeant(wall))
                return;
        }

        try
        {
            reason = await wall.Exited;
        }
        catch (Exception e)
        {
            reason = e.Message;
        }

        Task<CaissonException?> ending;
        lock (_gate)
        {
            if (IsMeant(wall))
                return;
            ending = EndAsync(EndCause.Died, $"it died by itself: {reason}");
        }

        await ending;
    }

    // Whether the end of a wall is of our doing.
    private bool IsMeant(IWalledSandbox wall) => _letGo || _ending is not null || ReferenceEquals(wall, _leaving) || !ReferenceEquals(wall, _wall);

    private async Task<CaissonException?> FinishAsync(EndCause cause, string reason)
    {
        At(EnginePoint.KillBegun);
        var failure = await TearDownAsync();
        lock (_gate)
        {
            Move(
                cause == EndCause.Died || failure is not null ? SandboxState.Failed : SandboxState.Stopped,
                failure is null ? reason : $"{reason}; {failure.Message}");
        }

        _parts.Ended(this);
        CloseDoors();
        _released.TrySetResult();
        _ended.TrySetResult();
        return failure;
    }

    private async Task<CaissonException?> TearDownAsync()
    {
        await _storing;
        // A start on its files may be under way, and is undone first.
        if (_wall is null)
            await _operation;
        var failure = _wall is null ? null : await KillWallAsync(_wall);
        At(EnginePoint.KillRemoved);
        _parts.Volumes?.LetGo(_info.Tenant, Id, _info.Spec);
        await ForgetAsync();
        At(EnginePoint.KillForgotten);
        await _parts.Layers.ReleaseAsync(_info.Layer);
        _timeline.Close();
        // What could not be ended keeps its directory: the next start finds it there, without a record, and ends it.
        if (failure is not null)
            return failure;
        try
        {
            _parts.State.Remove(Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogDirectoryLeft(Id, e.Message);
        }

        return null;
    }

    private async Task<CaissonException?> KillWallAsync(IWalledSandbox wall)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = new CancellationTokenSource(_parts.Options.KillLimit, _parts.Time);
            try
            {
                await wall.KillAsync(limit.Token);
                await wall.DisposeAsync();
                return null;
            }
            catch (Exception e)
            {
                LogKillFailed(e, Id, attempt);
                if (attempt == KillAttempts)
                    return new CaissonException(ErrorCode.Internal, $"sandbox {Id} could not be removed from the host: {e.Message}", "Restart the server; it tries again.", inner: e);
            }
        }
    }

    private async Task ForgetAsync()
    {
        await _changes.WaitAsync();
        try
        {
            await _parts.Store.DeleteSandboxAsync(Id, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogStillInStore(e, Id);
        }
        finally
        {
            _changes.Release();
        }
    }
}

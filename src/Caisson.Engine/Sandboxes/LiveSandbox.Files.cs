using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Metrics;

namespace Caisson.Engine.Sandboxes;

/// <summary>Pausing with files alone: the wall goes, the disk stays, and a resumption starts a new wall on it.</summary>
internal sealed partial class LiveSandbox
{
    // The wall that is being taken away while the sandbox lives on.
    private IWalledSandbox? _leaving;

    private async Task StopAsync(string reason)
    {
        var keeper = FileKeeper();
        using var operation = Begin(SandboxState.Pausing, $"{reason}, with its files alone");
        CloseDoors();
        At(EnginePoint.FilesBegun);
        await _changes.WaitAsync();
        try
        {
            var paused = RequireState(SandboxState.Pausing) with { State = SandboxState.Paused, PausedAt = _parts.Time.GetUtcNow(), EndsAt = null, FilesOnly = true };
            // Said before it is done: from here on a server that dies leaves a sandbox whose processes are to end and whose files are to stay.
            await _parts.Store.SaveSandboxAsync(paused, operation.Token);
            // From here on the end of its processes is what was asked for, whoever brings it about.
            lock (_gate)
                _leaving = Wall;
            At(EnginePoint.FilesSaved);
            await StopWallAsync(keeper, operation.Token);
            At(EnginePoint.FilesStopped);
            Settle(paused, reason);
        }
        catch (Exception e)
        {
            await UndoAsync(UnsayAsync, SandboxState.Pausing, _wall is null ? SandboxState.Paused : SandboxState.Running, e);
            throw Typed(e, "paused");
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task BootAsync(TimeSpan? timeout, string reason)
    {
        var keeper = FileKeeper();
        using var operation = Begin(SandboxState.Resuming, $"{reason}, from its files alone");
        At(EnginePoint.BootBegun);
        await _changes.WaitAsync();
        try
        {
            if (_wall is not null)
                await DropMemoryAsync(keeper, operation.Token);
            else if (_info.Memory is not null)
                await ForgetMemoryAsync(operation.Token);
            await StartWallAgainAsync(operation.Token);
            await StartDefaultsAsync(operation.Token);
            At(EnginePoint.BootStarted);
            var running = Resumed(RequireState(SandboxState.Resuming), timeout);
            await _parts.Store.SaveSandboxAsync(running, operation.Token);
            At(EnginePoint.BootSaved);
            Settle(running, reason);
            _watch = WatchAsync(Wall);
        }
        catch (Exception e)
        {
            await UndoAsync(() => UnbootAsync(keeper), SandboxState.Resuming, SandboxState.Paused, e);
            throw Typed(e, "resumed");
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task UnbootAsync(IKeepsFiles keeper)
    {
        if (!_info.FilesOnly)
            return;
        _parts.Volumes?.LetGo(_info.Tenant, Id, _info.Spec, keepClaim: true);
        if (_wall is not null)
            await StopWallAsync(keeper, CancellationToken.None);
    }

    // It was paused with memory, and the caller wants it no more.
    private async Task DropMemoryAsync(IKeepsFiles keeper, CancellationToken cancellation)
    {
        var paused = RequireState(SandboxState.Resuming) with { FilesOnly = true };
        await _parts.Store.SaveSandboxAsync(paused with { State = SandboxState.Paused }, cancellation);
        lock (_gate)
            _info = RequireState(SandboxState.Resuming) with { FilesOnly = true };
        At(EnginePoint.BootDropped);
        await StopWallAsync(keeper, cancellation);
    }

    private async Task StopWallAsync(IKeepsFiles keeper, CancellationToken cancellation)
    {
        IWalledSandbox wall;
        lock (_gate)
            _leaving = wall = Wall;
        await WriteOutAsync(wall, cancellation);
        if (await KillWallAsync(wall) is { } failure)
            throw failure;
        lock (_gate)
        {
            _wall = null;
            if (_info.State is SandboxState.Pausing)
                _info = _info with { FilesOnly = true, PausedAt = _parts.Time.GetUtcNow(), EndsAt = null };
        }

        _parts.Volumes?.LetGo(_info.Tenant, Id, _info.Spec, keepClaim: true);
        await keeper.SettleAsync(Disk, cancellation);
    }

    // What could not be stopped goes on, and its record says so again.
    private async Task UnsayAsync()
    {
        if (_wall is null || _info.State != SandboxState.Pausing)
            return;
        lock (_gate)
        {
            _leaving = null;
            // It may have died while that was no matter.
            if (_watch.IsCompleted)
                _watch = WatchAsync(_wall);
        }

        await _parts.Store.SaveSandboxAsync(_info with { State = SandboxState.Running }, CancellationToken.None);
    }

    // Whatever of its wall the server before left is taken away; its files are what counts.
    private async Task<bool> AttachFilesAsync(IWalledSandbox? left, CancellationToken cancellation)
    {
        if (left is not null)
        {
            await using (left)
            {
                await WriteOutAsync(left, cancellation);
                await left.KillAsync(cancellation);
            }
        }

        if (!File.Exists(Disk))
            return false;
        await FileKeeper().SettleAsync(Disk, cancellation);
        _metrics = new MetricRing(startedAt: null);
        return true;
    }

    private static Task WriteOutAsync(IWalledSandbox wall, CancellationToken cancellation) =>
        wall is IWritesOut held ? held.WriteOutAsync(cancellation) : Task.CompletedTask;

    private IKeepsFiles FileKeeper() => _backend as IKeepsFiles
        ?? throw new CaissonException(ErrorCode.Unsupported, $"the wall '{_info.Wall}' cannot keep a sandbox's files without its processes", "Choose a wall that can, or pause with memory.");
}

using System.Globalization;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Metrics;

namespace Caisson.Engine.Sandboxes;

/// <summary>A paused sandbox's memory goes to disk after a while, and comes back from there behind a new wall.</summary>
internal sealed partial class LiveSandbox
{
    // It stays paused meanwhile: nobody asked for this, so whoever asks for something else waits instead of being refused.
    private Task _storing = Task.CompletedTask;
    private bool _staysInMemory;

    private string MemoryDirectory => _parts.State.MemoryOf(Id);

    private DateTimeOffset? StoreDue(SandboxInfo info) =>
        info is { State: SandboxState.Paused, Memory: null, FilesOnly: false } && !_staysInMemory && _wall is ICheckpointable && _backend is IKeepsMemory
            ? info.PausedAt + _parts.Options.MemoryToDiskAfter
            : null;

    private async Task StoreMemoryAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IWalledSandbox wall;
        lock (_gate)
        {
            if (_letGo || _ending is not null || !_operation.IsCompleted || StoreDue(_info) is null)
                return;
            _storing = done.Task;
            _leaving = wall = Wall;
        }

        await _changes.WaitAsync();
        try
        {
            await StoreAsync(wall, (ICheckpointable)wall, (IKeepsMemory)_backend);
        }
        catch (Exception e)
        {
            await KeepInMemoryAsync(wall, e);
        }
        finally
        {
            _changes.Release();
            done.SetResult();
            lock (_gate)
                Arm();
        }
    }

    private async Task StoreAsync(IWalledSandbox wall, ICheckpointable memory, IKeepsFiles keeper)
    {
        using var limit = new CancellationTokenSource(_parts.Options.OperationLimit, _parts.Time);
        At(EnginePoint.MemoryBegun);
        // Said before it is done: a server that finds the wall gone looks for the memory on disk.
        await SayAsync(new MemoryOnDisk(0, 0, Whole: false), limit.Token);
        At(EnginePoint.MemorySaid);
        RemoveMemory();
        var written = await memory.CheckpointAsync(MemoryDirectory, limit.Token);
        At(EnginePoint.MemoryWritten);
        // What is left of its wall is taken away by the next server where it cannot be now.
        _ = await KillWallAsync(wall);
        lock (_gate)
        {
            _wall = null;
            _info = _info with { Memory = new MemoryOnDisk(written.Bytes, written.Processes, Whole: true) };
        }

        _parts.Volumes?.LetGo(_info.Tenant, Id, _info.Spec, keepClaim: true);
        await keeper.SettleAsync(Disk, limit.Token);
        await _parts.Store.SaveSandboxAsync(_info with { State = SandboxState.Paused }, limit.Token);
        At(EnginePoint.MemorySaved);
        Tell(string.Create(CultureInfo.InvariantCulture, $"its memory was written to disk: {written.Bytes} bytes, {written.Processes} processes"));
    }

    // Its wall has it as before; it is not tried again until the next pause.
    private async Task KeepInMemoryAsync(IWalledSandbox wall, Exception cause)
    {
        LogNotStored(cause, Id);
        if (_wall is null)
            return;
        lock (_gate)
            (_leaving, _staysInMemory) = (null, true);
        Tell($"its memory could not be written to disk: {cause.Message}");
        try
        {
            await SayAsync(null, CancellationToken.None);
        }
        catch (Exception e) when (e is CaissonException or IOException)
        {
            LogNotUndone(e, Id);
        }

        // It may have ended while its end was meant.
        if (wall.Exited.IsCompleted)
            _watch = WatchAsync(wall);
    }

    private async Task RestoreAsync(TimeSpan? timeout, string reason)
    {
        using var operation = Begin(SandboxState.Resuming, $"{reason}, from its memory on disk");
        At(EnginePoint.RestoreBegun);
        await _changes.WaitAsync();
        try
        {
            await StartWallAgainAsync(operation.Token, MemoryDirectory);
            At(EnginePoint.RestoreStarted);
            var running = Resumed(RequireState(SandboxState.Resuming), timeout);
            await _parts.Store.SaveSandboxAsync(running, operation.Token);
            At(EnginePoint.RestoreSaved);
            Settle(running, reason);
            _watch = WatchAsync(Wall);
            RemoveMemory();
        }
        catch (Exception e)
        {
            await UndoAsync(UnrestoreAsync, SandboxState.Resuming, SandboxState.Paused, e);
            throw Typed(e, "resumed");
        }
        finally
        {
            _changes.Release();
        }
    }

    // Once it has gone on, its disk is not what its memory on disk remembers: it is paused where it is.
    private async Task UnrestoreAsync()
    {
        _parts.Volumes?.LetGo(_info.Tenant, Id, _info.Spec, keepClaim: true);
        if (_wall is null)
            return;
        await Freezable().FreezeAsync(CancellationToken.None);
        lock (_gate)
            _info = _info with { Memory = null, PausedAt = _parts.Time.GetUtcNow() };
        _watch = WatchAsync(Wall);
        await _parts.Store.SaveSandboxAsync(_info with { State = SandboxState.Paused }, CancellationToken.None);
        RemoveMemory();
    }

    // The caller wants no memory any more, or there is none: what is on disk of it goes.
    private async Task ForgetMemoryAsync(CancellationToken cancellation)
    {
        var paused = _info with { FilesOnly = true, Memory = null };
        await _parts.Store.SaveSandboxAsync(paused with { State = SandboxState.Paused }, cancellation);
        lock (_gate)
            _info = _info with { FilesOnly = true, Memory = null };
        RemoveMemory();
    }

    // After a restart: where there is still a wall it has the memory, and what was written is not needed; else what was written is all there is.
    private async Task<bool> AttachMemoryAsync(IWalledSandbox? found, CancellationToken cancellation)
    {
        if (found is not null)
        {
            await SayAsync(null, cancellation);
            RemoveMemory();
            return true;
        }

        if (!Directory.Exists(MemoryDirectory) || !File.Exists(Disk))
            return false;
        await FileKeeper().SettleAsync(Disk, cancellation);
        if (_info.Memory is { Whole: false })
        {
            // Nobody told how many were in it: at least one is assumed, for copies must not leave them out unasked.
            var bytes = new DirectoryInfo(MemoryDirectory).EnumerateFiles().Sum(file => file.Length);
            await SayAsync(new MemoryOnDisk(bytes, 1, Whole: true), cancellation);
        }

        _metrics = new MetricRing(startedAt: null);
        return true;
    }

    private async Task SayAsync(MemoryOnDisk? memory, CancellationToken cancellation)
    {
        await _parts.Store.SaveSandboxAsync(_info with { State = SandboxState.Paused, Memory = memory }, cancellation);
        lock (_gate)
            _info = _info with { Memory = memory };
    }

    private void Tell(string what) => _timeline.Append(new LifecycleEvent(StateNames.Of(SandboxState.Paused), what));

    private void RemoveMemory()
    {
        try
        {
            if (Directory.Exists(MemoryDirectory))
                Directory.Delete(MemoryDirectory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogDirectoryLeft(Id, e.Message);
        }
    }
}

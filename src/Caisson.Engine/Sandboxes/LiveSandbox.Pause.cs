using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class LiveSandbox
{
    private Task _operation = Task.CompletedTask;

    /// <inheritdoc/>
    public Task PauseAsync(bool keepMemory, CancellationToken cancellation) => PauseAsync("paused on request", keepMemory);

    /// <inheritdoc/>
    public Task ResumeAsync(TimeSpan? timeout, bool keepMemory, CancellationToken cancellation)
    {
        if (timeout is { } asked)
            TimeoutRules.RequireAllowed(asked, _parts.Options);
        return ResumeAsync(timeout, "resumed on request", keepMemory);
    }

    private Task PauseAsync(string reason, bool keepMemory) => keepMemory ? FreezeAsync(reason) : StopAsync(reason);

    private async Task ResumeAsync(TimeSpan? timeout, string reason, bool keepMemory)
    {
        await _storing;
        if (!keepMemory || _info.FilesOnly)
            await BootAsync(timeout, reason);
        else if (_info.Memory is { Whole: true })
            await RestoreAsync(timeout, reason);
        else
            await ThawAsync(timeout, reason);
    }

    private async Task FreezeAsync(string reason)
    {
        var wall = Freezable();
        using var operation = Begin(SandboxState.Pausing, reason);
        CloseDoors();
        At(EnginePoint.PauseBegun);
        await _changes.WaitAsync();
        try
        {
            await wall.FreezeAsync(operation.Token);
            At(EnginePoint.PauseFrozen);
            var paused = RequireState(SandboxState.Pausing) with { State = SandboxState.Paused, PausedAt = _parts.Time.GetUtcNow(), EndsAt = null };
            await _parts.Store.SaveSandboxAsync(paused, operation.Token);
            At(EnginePoint.PauseSaved);
            _staysInMemory = false;
            Settle(paused, reason);
        }
        catch (Exception e)
        {
            await UndoAsync(() => wall.ThawAsync(CancellationToken.None), SandboxState.Pausing, SandboxState.Running, e);
            throw Typed(e, "paused");
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task ThawAsync(TimeSpan? timeout, string reason)
    {
        var wall = Freezable();
        using var operation = Begin(SandboxState.Resuming, reason);
        At(EnginePoint.ResumeBegun);
        await _changes.WaitAsync();
        try
        {
            await wall.ThawAsync(operation.Token);
            At(EnginePoint.ResumeThawed);
            var running = Resumed(RequireState(SandboxState.Resuming), timeout);
            await _parts.Store.SaveSandboxAsync(running, operation.Token);
            At(EnginePoint.ResumeSaved);
            Settle(running, reason);
        }
        catch (Exception e)
        {
            await UndoAsync(() => wall.FreezeAsync(CancellationToken.None), SandboxState.Resuming, SandboxState.Paused, e);
            throw Typed(e, "resumed");
        }
        finally
        {
            _changes.Release();
        }
    }

    private SandboxInfo Resumed(SandboxInfo info, TimeSpan? timeout) => info with
    {
        State = SandboxState.Running,
        PausedAt = null,
        FilesOnly = false,
        Memory = null,
        EndsAt = (timeout ?? info.Spec.Lifecycle.Timeout) is { } given ? _parts.Time.GetUtcNow() + given : null,
    };

    private IFreezable Freezable() => Wall as IFreezable
        ?? throw new CaissonException(ErrorCode.Unsupported, $"the wall '{_info.Wall}' cannot pause a sandbox", "Choose a wall that can, or let it run.");

    /// <summary>Begins a change that no other may run beside; it is over when the returned value is disposed.</summary>
    private Operation Begin(SandboxState through, string reason)
    {
        var operation = new Operation(_parts.Options.OperationLimit, _parts.Time);
        try
        {
            lock (_gate)
            {
                if (_letGo)
                    throw new CaissonException(ErrorCode.Unavailable, "the server is shutting down");
                if (_info.State is SandboxState.Stopped or SandboxState.Failed)
                    throw NotUp(_info);
                // A caller that came just when the memory began to be written; the ways that wait for it have done so before.
                if (!_storing.IsCompleted)
                    throw new CaissonException(ErrorCode.Conflict, $"the memory of sandbox {Id} is being written to disk", "Try again in a moment.");
                Move(through, reason);
                _operation = operation.Done;
            }
        }
        catch
        {
            operation.Dispose();
            throw;
        }

        return operation;
    }

    private SandboxInfo RequireState(SandboxState state)
    {
        var info = _info;
        return info.State == state ? info : throw NotUp(info);
    }

    /// <summary>Shows the state that an operation led to; doors are open where it runs.</summary>
    private void Settle(SandboxInfo after, string reason)
    {
        lock (_gate)
        {
            Move(after.State, reason, after);
            if (after.State == SandboxState.Running && _presence is null)
                OpenDoors();
            Arm();
        }
    }

    // Back to where it was, unless its end has begun meanwhile: then there is nothing to go back to.
    private async Task UndoAsync(Func<Task> undo, SandboxState from, SandboxState to, Exception cause)
    {
        try
        {
            await undo();
        }
        catch (Exception e) when (e is CaissonException or IOException)
        {
            LogNotUndone(e, Id);
        }

        lock (_gate)
        {
            if (_info.State != from)
                return;
            Move(to, $"it could not be done: {cause.Message}");
            if (to == SandboxState.Running && _presence is null)
                OpenDoors();
            Arm();
        }
    }

    private CaissonException Typed(Exception e, string done) => e switch
    {
        // What it was done to was taken away under it.
        CaissonException { Code: ErrorCode.Unavailable } when _ending is not null => NotUp(_info),
        CaissonException typed => typed,
        OperationCanceledException => new CaissonException(ErrorCode.DeadlineExceeded, $"sandbox {Id} could not be {done} in time", "Try again; the host may be overloaded.", FailureKind.Infrastructure, e),
        _ => new CaissonException(ErrorCode.Internal, $"sandbox {Id} could not be {done}: {e.Message}", inner: e),
    };

    private void At(EnginePoint point) => _parts.Options.AtPoint?.Invoke(point);
}

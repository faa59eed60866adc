using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Doors;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class LiveSandbox
{
    // A call that wakes a sandbox may find it going to sleep again; it does not try for ever.
    private const int WakeAttempts = 16;
    private static readonly TimeSpan _idlePatience = TimeSpan.FromSeconds(2);

    private Presence? _presence;
    private int _inUse;
    private DateTimeOffset _idleSince;

    /// <inheritdoc/>
    public Task Away
    {
        get
        {
            lock (_gate)
                return _presence?.Gone ?? Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public async Task WakeAsync(CancellationToken cancellation) => (await EnterAsync(cancellation)).Dispose();

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        if (port is < 1 or > 65535)
            throw new CaissonException(ErrorCode.InvalidArgument, $"{port} is not a port");
        var pass = await EnterAsync(cancellation);
        try
        {
            return new DoorStream(await pass.RunAsync(token => Wall.ConnectAsync(port, token)), pass);
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }

    /// <summary>Passes through the doors, waking a paused sandbox if it resumes by itself.</summary>
    internal async ValueTask<DoorPass> EnterAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            Task settled;
            bool asleep;
            lock (_gate)
            {
                if (_presence is { } presence && IsUp(_info.State))
                {
                    _inUse++;
                    return new DoorPass(this, presence, Leave, cancellation);
                }

                if (!_info.Spec.Lifecycle.AutoResume || _letGo || attempt > WakeAttempts || !IsAsleep(_info.State))
                    throw NotUp(_info);
                (settled, asleep) = (_operation, _info.State == SandboxState.Paused);
            }

            if (asleep)
                await WakeOnceAsync();
            else
                await settled.WaitAsync(cancellation);
        }
    }

    private static bool IsUp(SandboxState state) => state is SandboxState.Running or SandboxState.Snapshotting or SandboxState.Forking;

    private static bool IsAsleep(SandboxState state) =>
        state is SandboxState.Pausing or SandboxState.Paused or SandboxState.Resuming or SandboxState.Snapshotting or SandboxState.Forking;

    private async Task WakeOnceAsync()
    {
        try
        {
            await ResumeAsync(null, "a call woke it", keepMemory: true);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.Conflict)
        {
            // Another call was first; the next round waits for it.
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_inUse > 0)
                return;
            _idleSince = _parts.Time.GetUtcNow();
            Arm();
        }
    }

    private void OpenDoors()
    {
        _presence = new Presence();
        _idleSince = _parts.Time.GetUtcNow();
    }

    // Outside the lock: what is cancelled runs its own ends, which leave through the lock.
    private void CloseDoors()
    {
        Presence? closing;
        lock (_gate)
            (closing, _presence) = (_presence, null);
        closing?.Dispose();
    }

    /// <summary>Sets when the sandbox is to be looked at next: its end, the end of its idling, or the end of its keeping.</summary>
    private void Arm()
    {
        if (_letGo || _ending is not null)
            return;
        var info = _info;
        DateTimeOffset? next = info.State == SandboxState.Paused ? info.PausedAt + _parts.Options.PausedRetention : info.EndsAt;
        if (StoreDue(info) is { } store && !(next <= store))
            next = store;
        if (info.State == SandboxState.Running && _inUse == 0 && IdleEnd() is { } idle && !(next <= idle))
            next = idle;
        _parts.Expiry.Set(Id, next);
    }

    private DateTimeOffset? IdleEnd() => _info.Spec.Lifecycle.IdleTimeout is { } patience ? _idleSince + patience : null;

    // A process that somebody started, and a connection going out, are use though nobody is watching.
    private async Task<bool> IsIdleAsync()
    {
        if (Wall is IOutgoing { OutgoingConnections: > 0 })
            return false;
        using var patience = new CancellationTokenSource(_idlePatience, TimeProvider.System);
        try
        {
            return (await Wall.Guest.ListAsync(patience.Token)).Count == 0;
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException)
        {
            return false;
        }
    }
}

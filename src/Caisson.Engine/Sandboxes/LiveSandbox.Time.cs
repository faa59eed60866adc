using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

internal sealed partial class LiveSandbox
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(5);

    private Task _settling = Task.CompletedTask;

    /// <summary>Ends or pauses it when its time has come, unless that was moved meanwhile.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            if (_letGo || _ending is not null || !_settling.IsCompleted)
                return;
            _settling = Task.Run(SettleTimeAsync);
        }
    }

    private async Task SettleTimeAsync()
    {
        try
        {
            await _operation;
            var now = _parts.Time.GetUtcNow();
            var due = Due(now);
            if (due is null && StoreDue(_info) <= now)
            {
                await StoreMemoryAsync();
                return;
            }

            if (due is { } reason && (reason.Certain || await IsIdleAsync()))
            {
                if (reason.Pause)
                    await PauseAsync(reason.Text, _info.Spec.Lifecycle.KeepMemory);
                else
                    await EndAsync(EndCause.Expired, reason.Text);
                return;
            }

            lock (_gate)
            {
                if (IdleEnd() is { } end && end <= _parts.Time.GetUtcNow())
                    _idleSince = _parts.Time.GetUtcNow();
                Arm();
            }
        }
        catch (CaissonException e)
        {
            if (e.Code is not (ErrorCode.Conflict or ErrorCode.NotFound or ErrorCode.Unavailable))
                LogNotSettled(e, Id);
            lock (_gate)
            {
                if (!_letGo && _ending is null)
                    _parts.Expiry.Set(Id, _parts.Time.GetUtcNow() + _retry);
            }
        }
    }

    // What its time asks for now; idleness has yet to be looked into.
    private (bool Pause, bool Certain, string Text)? Due(DateTimeOffset now)
    {
        lock (_gate)
        {
            var info = _info;
            if (info.State == SandboxState.Paused)
                return info.PausedAt + _parts.Options.PausedRetention <= now ? (false, true, "it was kept paused for as long as it may be") : null;
            if (info.State != SandboxState.Running)
                return null;
            var pause = info.Spec.Lifecycle.OnTimeout == TimeoutAction.Pause;
            if (info.EndsAt <= now)
                return (pause, true, "its timeout ran out");
            return _inUse == 0 && IdleEnd() <= now ? (pause, false, "it was idle for as long as it may be") : null;
        }
    }
}

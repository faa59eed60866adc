using System.Diagnostics.CodeAnalysis;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Doors;
using Caisson.Engine.Exec;
using Caisson.Engine.Metrics;
using Caisson.Engine.Timeline;

namespace Caisson.Engine.Sandboxes;

/// <summary>One sandbox, its state guarded by one lock and its changes made one at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle, and the guest's door belongs to the wall.")]
internal sealed partial class LiveSandbox : ISandbox
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SandboxParts _parts;
    private readonly SandboxTimeline _timeline;
    private readonly string _template;
    private readonly SandboxState _restored;
    private volatile SandboxInfo _info;

    private readonly DoorGuest _guest;

    // Set by start or attach, before anybody else can see the sandbox; wall and guest anew by each start on the same files.
    private ISandboxBackend _backend = null!;
    private IWalledSandbox? _wall;
    private IGuest _inside = null!;
    private OutOfMemoryCount _memory = null!;
    private MetricRing _metrics = null!;

    /// <summary>A sandbox that is to be started or claimed, or found again in the state of its record.</summary>
    public LiveSandbox(SandboxInfo info, SandboxParts parts, string? bottom = null, SandboxTimeline? timeline = null)
    {
        _info = info with { State = SandboxState.Starting };
        _restored = info.State;
        _parts = parts;
        _template = bottom ?? (info.Layer is { } layer ? parts.Layers.Find(layer)?.Template : null) ?? info.Defaults.Base ?? info.Spec.Template;
        _guest = new DoorGuest(this);
        _timeline = timeline ?? new SandboxTimeline(parts.State.Of(info.Id), parts.TimelineLimits, parts.Writer, parts.Time);
    }

    /// <inheritdoc/>
    public SandboxInfo Info => _info;

    /// <inheritdoc/>
    public INesting? Nesting => _info.Spec.Nesting ? _wall as INesting : null;

    /// <inheritdoc/>
    public IGuest Guest => _guest;

    /// <inheritdoc/>
    public Task Ended => _ended.Task;

    /// <inheritdoc/>
    public IReadOnlyList<SandboxMetric> Metrics => _metrics.Snapshot();

    /// <summary>The guest itself, for the doors.</summary>
    internal IGuest Inside => _inside;

    private SandboxId Id => _info.Id;

    private IWalledSandbox Wall => _wall ?? throw NotUp(_info);

    private string Disk => _parts.State.DiskOf(Id);

    /// <inheritdoc/>
    public async Task KillAsync(CancellationToken cancellation)
    {
        if (await EndAsync(EndCause.Killed, "killed on request").WaitAsync(cancellation) is { } failure)
            throw failure;
    }

    /// <inheritdoc/>
    public async Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        TimeoutRules.RequireAllowed(timeout, _parts.Options);
        if (timeout > TimeSpan.Zero)
        {
            await ChangeAsync(info => info with { EndsAt = _parts.Time.GetUtcNow() + timeout }, cancellation);
            return;
        }

        if (RequireUp().Spec.Lifecycle.OnTimeout == TimeoutAction.Pause)
        {
            await PauseAsync("its timeout was set to now", _info.Spec.Lifecycle.KeepMemory);
            return;
        }

        if (await EndAsync(EndCause.Expired, "its timeout was set to now").WaitAsync(cancellation) is { } failure)
            throw failure;
    }

    /// <inheritdoc/>
    public Task ExtendAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        TimeoutRules.RequireAllowed(timeout, _parts.Options);
        return ChangeAsync(
            info => timeout > TimeSpan.Zero && _parts.Time.GetUtcNow() + timeout is var end && end > info.EndsAt ? info with { EndsAt = end } : info,
            cancellation);
    }

    /// <inheritdoc/>
    public async Task UpdateEgressAsync(EgressPolicy policy, CancellationToken cancellation)
    {
        RequireUp();
        var resolved = Resolved(policy, strict: true);
        await Wall.PrepareEgressAsync(resolved, cancellation);
        EgressPolicy? replaced = null;
        await ChangeAsync(
            info =>
            {
                Wall.ApplyEgress(resolved);
                replaced = info.Spec.Egress;
                At(EnginePoint.PolicyApplied);
                return info with { Spec = info.Spec with { Egress = policy } };
            },
            cancellation,
            undo: () => Wall.ApplyEgress(Resolved(replaced!, strict: false)));
        _timeline.Append(new PolicyChanged(PolicySummary.Of(policy)));
    }

    /// <summary>Puts its policy into force again, with what its secrets are now.</summary>
    public async Task RenewSecretsAsync()
    {
        await _changes.WaitAsync();
        try
        {
            if (_ending is null)
                _wall?.ApplyEgress(Resolved(_info.Spec.Egress, strict: false));
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<SandboxUsage> UsageAsync(CancellationToken cancellation)
    {
        if (_info is var info && !IsUp(info.State) && !IsAsleep(info.State))
            throw NotUp(info);
        if (!info.HasWall)
            return new SandboxUsage(TimeSpan.Zero, 0, 0, 0, 0);
        var usage = await Wall.UsageAsync(cancellation);
        _memory.Observe(usage);
        return usage;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SandboxEvent> ReadTimeline(long after, int limit) => _timeline.Read(after, limit);

    /// <summary>Measures it once for its metrics.</summary>
    public async Task SampleAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        var usage = await Wall.UsageAsync(cancellation);
        _memory.Observe(usage);
        var disk = await Wall.Guest.StatisticsAsync(cancellation);
        _metrics.Add(at, _info.Spec.Resources, usage, disk);
    }

    // Saved first and shown after: what a caller was told survives a crash. Changes wait for each other, an ending does not wait for them.
    private async Task ChangeAsync(Func<SandboxInfo, SandboxInfo> change, CancellationToken cancellation, Action? undo = null)
    {
        _ = RequireUp();
        await _changes.WaitAsync(cancellation);
        try
        {
            var before = RequireUp();
            var after = change(before);
            if (ReferenceEquals(before, after))
                return;
            try
            {
                await _parts.Store.SaveSandboxAsync(after with { State = SandboxState.Running }, cancellation);
                At(EnginePoint.ChangeSaved);
            }
            catch when (undo is not null)
            {
                undo();
                throw;
            }

            lock (_gate)
            {
                RequireUp();
                _info = after with { State = _info.State };
                Arm();
            }
        }
        finally
        {
            _changes.Release();
        }
    }

    private SandboxInfo RequireUp()
    {
        lock (_gate)
            return _presence is not null && IsUp(_info.State) ? _info : throw NotUp(_info);
    }

    private static CaissonException NotUp(SandboxInfo info) => info.State switch
    {
        SandboxState.Stopped or SandboxState.Failed => new CaissonException(ErrorCode.NotFound, $"sandbox {info.Id} has ended"),
        SandboxState.Paused => new CaissonException(ErrorCode.Conflict, $"sandbox {info.Id} is paused", "Resume it first."),
        _ => new CaissonException(ErrorCode.Conflict, $"sandbox {info.Id} is {StateNames.Of(info.State)}", "Wait until it has settled."),
    };
}

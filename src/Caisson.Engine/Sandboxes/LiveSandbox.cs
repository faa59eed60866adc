using System.Diagnostics.CodeAnalysis;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
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
    private volatile SandboxInfo _info;

    // Set once, by start or attach, before anybody else can see the sandbox.
    private IWalledSandbox _wall = null!;
    private JournaledGuest _guest = null!;
    private OutOfMemoryCount _memory = null!;
    private MetricRing _metrics = null!;

    public LiveSandbox(SandboxInfo info, SandboxParts parts)
    {
        _info = info with { State = SandboxState.Starting };
        _parts = parts;
        _timeline = new SandboxTimeline(parts.State.Of(info.Id), parts.TimelineLimits, parts.Writer, parts.Time);
    }

    /// <inheritdoc/>
    public SandboxInfo Info => _info;

    /// <inheritdoc/>
    public IGuest Guest => _guest;

    /// <inheritdoc/>
    public Task Ended => _ended.Task;

    /// <inheritdoc/>
    public IReadOnlyList<SandboxMetric> Metrics => _metrics.Snapshot();

    private SandboxId Id => _info.Id;

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

        lock (_gate)
            RequireRunning();
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
        RequireRunning();
        await _wall.PrepareEgressAsync(policy, cancellation);
        EgressPolicy? replaced = null;
        await ChangeAsync(
            info =>
            {
                _wall.ApplyEgress(policy);
                replaced = info.Spec.Egress;
                return info with { Spec = info.Spec with { Egress = policy } };
            },
            cancellation,
            undo: () => _wall.ApplyEgress(replaced!));
        _timeline.Append(new PolicyChanged(PolicySummary.Of(policy)));
    }

    /// <inheritdoc/>
    public Task<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        if (port is < 1 or > 65535)
            throw new CaissonException(ErrorCode.InvalidArgument, $"{port} is not a port");
        RequireRunning();
        return _wall.ConnectAsync(port, cancellation);
    }

    /// <inheritdoc/>
    public async Task<SandboxUsage> UsageAsync(CancellationToken cancellation)
    {
        RequireRunning();
        var usage = await _wall.UsageAsync(cancellation);
        _memory.Observe(usage);
        return usage;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SandboxEvent> ReadTimeline(long after, int limit) => _timeline.Read(after, limit);

    /// <summary>Measures it once for its metrics.</summary>
    public async Task SampleAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        var usage = await _wall.UsageAsync(cancellation);
        _memory.Observe(usage);
        var disk = await _wall.Guest.StatisticsAsync(cancellation);
        _metrics.Add(at, _info.Spec.Resources, usage, disk);
    }

    // Saved first and shown after: what a caller was told survives a crash. Changes wait for each other, an ending does not wait for them.
    private async Task ChangeAsync(Func<SandboxInfo, SandboxInfo> change, CancellationToken cancellation, Action? undo = null)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            var before = RequireRunning();
            var after = change(before);
            if (ReferenceEquals(before, after))
                return;
            try
            {
                await _parts.Store.SaveSandboxAsync(after, cancellation);
            }
            catch when (undo is not null)
            {
                undo();
                throw;
            }

            lock (_gate)
            {
                RequireRunning();
                _info = after;
                _parts.Expiry.Set(Id, after.EndsAt);
            }
        }
        finally
        {
            _changes.Release();
        }
    }

    private SandboxInfo RequireRunning()
    {
        var info = _info;
        return info.State switch
        {
            SandboxState.Running => info,
            SandboxState.Stopped or SandboxState.Failed => throw new CaissonException(ErrorCode.NotFound, $"sandbox {info.Id} has ended"),
            _ => throw new CaissonException(ErrorCode.Conflict, $"sandbox {info.Id} is {StateNames.Of(info.State)}", "Wait until it has settled."),
        };
    }
}

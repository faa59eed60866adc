using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;

namespace Caisson.Server.Tests.Fakes;

/// <summary>A sandbox that is an object with a scripted guest.</summary>
internal sealed class FakeSandbox : ISandbox
{
    private readonly Action<string> _removed;
    private readonly TaskCompletionSource _ended = new();
    private readonly List<SandboxEvent> _timeline = [];

    public FakeSandbox(string tenant, SandboxSpec spec, Action<string> removed)
    {
        _removed = removed;
        Info = new SandboxInfo(SandboxId.New(), tenant, spec, spec.Wall ?? "fake", SandboxState.Running, TimeProvider.System.GetUtcNow(), null, "access-secret", null);
        Guest = FakeGuest = new FakeGuest(this);
        Append(new LifecycleEvent("running", "started"));
    }

    public SandboxInfo Info { get; private set; }

    public IGuest Guest { get; }

    public FakeGuest FakeGuest { get; }

    public Task Ended => _ended.Task;

    public Task Away => Info.State == SandboxState.Paused ? Task.CompletedTask : _ended.Task;

    public Task WakeAsync(CancellationToken cancellation) => Info.Spec.Lifecycle.AutoResume ? ResumeAsync(null, true, cancellation) : throw Conflict();

    public Task PauseAsync(bool keepMemory, CancellationToken cancellation) => MoveAsync(SandboxState.Running, SandboxState.Paused);

    public Task ResumeAsync(TimeSpan? timeout, bool keepMemory, CancellationToken cancellation) => MoveAsync(SandboxState.Paused, SandboxState.Running);

    public Task<SnapshotInfo> SnapshotAsync(SnapshotRequest request, CancellationToken cancellation) => Task.FromResult(
        new SnapshotInfo(SandboxId.New().Value, Info.Tenant, request.Name, request.Tag, Info.Id, Info.Wall, "layer", 1024, Info.StartedAt));

    public Task<IReadOnlyList<ForkOutcome>> ForkAsync(ForkRequest request, CancellationToken cancellation) => request.LeaveProcesses
        ? Task.FromResult<IReadOnlyList<ForkOutcome>>([new ForkOutcome(null, new CaissonException(ErrorCode.ResourceExhausted, "full"))])
        : throw new CaissonException(ErrorCode.Unsupported, "processes run");

    public TimeSpan? Timeout { get; private set; }

    public IReadOnlyList<SandboxMetric> Metrics => [new SandboxMetric(TimeProvider.System.GetUtcNow(), 1, 5, 10, 100, 1, 2, 200)];

    public void Append(SandboxEvent entry)
    {
        lock (_timeline)
            _timeline.Add(entry with { Sequence = _timeline.Count + 1, At = TimeProvider.System.GetUtcNow() });
    }

    public Task KillAsync(CancellationToken cancellation)
    {
        _removed(Info.Id.Value);
        _ended.TrySetResult();
        return Task.CompletedTask;
    }

    public Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        Timeout = timeout;
        return Task.CompletedTask;
    }

    public Task ExtendAsync(TimeSpan timeout, CancellationToken cancellation) => SetTimeoutAsync(-timeout, cancellation);

    public Task UpdateEgressAsync(EgressPolicy policy, CancellationToken cancellation)
    {
        Info = Info with { Spec = Info.Spec with { Egress = policy } };
        return Task.CompletedTask;
    }

    public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SandboxUsage> UsageAsync(CancellationToken cancellation) => Task.FromResult(new SandboxUsage(TimeSpan.FromSeconds(1), 1000, 10, 3, 0));

    public IReadOnlyList<SandboxEvent> ReadTimeline(long after, int limit)
    {
        lock (_timeline)
            return [.. _timeline.Where(entry => entry.Sequence > after).Take(limit)];
    }

    private Task MoveAsync(SandboxState from, SandboxState to)
    {
        if (Info.State != from)
            throw Conflict();
        Info = Info with { State = to };
        return Task.CompletedTask;
    }

    private CaissonException Conflict() => new(ErrorCode.Conflict, $"sandbox {Info.Id} is {Info.State}");
}

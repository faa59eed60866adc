using System.Net.Sockets;
using System.Security.Cryptography;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;

namespace Caisson.Dialects.E2b.Tests.Fakes;

internal sealed class FakeSandbox : ISandbox
{
    private readonly FakeEngine _engine;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeSandbox(FakeEngine engine, string tenant, SandboxSpec spec)
    {
        _engine = engine;
        Fake = new FakeGuest();
        var now = TimeProvider.System.GetUtcNow();
        Info = new SandboxInfo(
            SandboxId.New(), tenant, spec, "fake", SandboxState.Running, now, now + spec.Lifecycle.Timeout,
            RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 32),
            spec.Ingress.Public ? null : RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 32));
    }

    public SandboxInfo Info { get; private set; }

    public FakeGuest Fake { get; }

    public IGuest Guest => Fake;

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

    public Dictionary<int, int> Ports { get; } = [];

    public Task Ending { get; set; } = Task.CompletedTask;

    public IReadOnlyList<SandboxMetric> Metrics => [new(Info.StartedAt, 2, 1.5, 10, 100, 1, 5, 50)];

    public async Task KillAsync(CancellationToken cancellation)
    {
        Info = Info with { State = SandboxState.Stopping };
        await Ending;
        _engine.Remove(Info.Id.Value);
        await Fake.DisposeAsync();
        Info = Info with { State = SandboxState.Stopped };
        _ended.TrySetResult();
    }

    public Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (timeout <= TimeSpan.Zero)
            return KillAsync(cancellation);
        Info = Info with { EndsAt = TimeProvider.System.GetUtcNow() + timeout };
        return Task.CompletedTask;
    }

    public Task ExtendAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var end = TimeProvider.System.GetUtcNow() + timeout;
        Info = Info with { EndsAt = end > Info.EndsAt ? end : Info.EndsAt };
        return Task.CompletedTask;
    }

    public Task UpdateEgressAsync(EgressPolicy policy, CancellationToken cancellation)
    {
        Info = Info with { Spec = Info.Spec with { Egress = policy } };
        return Task.CompletedTask;
    }

    public async Task<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        if (!Ports.TryGetValue(port, out var real))
            throw new CaissonException(ErrorCode.Unavailable, $"nothing listens on {port}");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", real, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public Task<SandboxUsage> UsageAsync(CancellationToken cancellation) => Task.FromResult(new SandboxUsage(TimeSpan.FromSeconds(1), 30 << 20, 10 << 20, 3, 0));

    public IReadOnlyList<SandboxEvent> ReadTimeline(long after, int limit) =>
        after > 0 ? [] : [new LifecycleEvent("running", "created") { Sequence = 1, At = Info.StartedAt }, new ExecOutput(7, "stdout", "hello log") { Sequence = 2, At = Info.StartedAt }];

    private Task MoveAsync(SandboxState from, SandboxState to)
    {
        if (Info.State != from)
            throw Conflict();
        Info = Info with { State = to };
        return Task.CompletedTask;
    }

    private CaissonException Conflict() => new(ErrorCode.Conflict, $"sandbox {Info.Id} is {Info.State}");
}

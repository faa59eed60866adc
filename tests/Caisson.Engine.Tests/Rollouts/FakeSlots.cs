using System.Collections.Concurrent;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Rollouts.Running;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;

namespace Caisson.Engine.Tests.Rollouts;

/// <summary>Sandboxes whose program is a script; counts how many there are and were.</summary>
internal sealed class FakeSlots : IExecutionSlots
{
    private int _alive;
    private int _most;

    public int Alive => Volatile.Read(ref _alive);

    public int Most => Volatile.Read(ref _most);

    public ConcurrentQueue<string> Tenants { get; } = new();

    public int Reclaimed { get; private set; }

    /// <summary>What a program does, given its command.</summary>
    public Func<string, CancellationToken, Task<ExecExited>> Program { get; set; } = (_, _) => Task.FromResult(new ExecExited(0, null, false, false, 0));

    /// <summary>Called before a sandbox is given; may throw.</summary>
    public Action OnTake { get; set; } = () => { };

    public IReadOnlyList<SandboxEvent> Timeline { get; set; } = [];

    public Task<IExecutionSlot> TakeAsync(string tenant, SandboxSpec spec, CancellationToken cancellation)
    {
        OnTake();
        Tenants.Enqueue(tenant);
        var alive = Interlocked.Increment(ref _alive);
        InterlockedMax(alive);
        return Task.FromResult<IExecutionSlot>(new Slot(this));
    }

    public Task ReclaimAsync(CancellationToken cancellation)
    {
        Reclaimed++;
        return Task.CompletedTask;
    }

    private void InterlockedMax(int value)
    {
        for (var known = Most; value > known; known = Most)
            Interlocked.CompareExchange(ref _most, value, known);
    }

    private sealed class Slot(FakeSlots owner) : IExecutionSlot, ISandbox
    {
        private readonly ScriptedGuest _guest = new(owner);

        public ISandbox Sandbox => this;

        public SandboxInfo Info => throw new NotSupportedException();

        public IGuest Guest => _guest;

        public Task Ended => throw new NotSupportedException();

        public IReadOnlyList<SandboxMetric> Metrics => [];

        public IReadOnlyList<SandboxEvent> ReadTimeline(long after, int limit) => after == 0 ? owner.Timeline : [];

        public Task Away => throw new NotSupportedException();

        public Task WakeAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task PauseAsync(bool keepMemory, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ResumeAsync(TimeSpan? timeout, bool keepMemory, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<SnapshotInfo> SnapshotAsync(SnapshotRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<ForkOutcome>> ForkAsync(ForkRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public Task KillAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ExtendAsync(TimeSpan timeout, CancellationToken cancellation) => throw new NotSupportedException();

        public Task UpdateEgressAsync(EgressPolicy policy, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<SandboxUsage> UsageAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref owner._alive);
            return ValueTask.CompletedTask;
        }
    }
}

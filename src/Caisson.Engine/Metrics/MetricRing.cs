using Caisson.Core.Backends;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Metrics;

/// <summary>The last hour's samples of one sandbox.</summary>
internal sealed class MetricRing(DateTimeOffset? startedAt)
{
    private static readonly TimeSpan _kept = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Queue<SandboxMetric> _samples = new();
    private (DateTimeOffset At, TimeSpan Cpu)? _before = startedAt is { } start ? (start, TimeSpan.Zero) : null;

    public IReadOnlyList<SandboxMetric> Snapshot()
    {
        lock (_gate)
            return [.. _samples];
    }

    public void Add(DateTimeOffset at, Resources limits, SandboxUsage usage, GuestStatistics disk)
    {
        lock (_gate)
        {
            var elapsed = _before is { } before ? at - before.At : TimeSpan.Zero;
            var percent = elapsed > TimeSpan.Zero ? Math.Max(0, (usage.CpuTime - _before!.Value.Cpu) / elapsed * 100) : 0;
            _before = (at, usage.CpuTime);
            _samples.Enqueue(new SandboxMetric(
                at,
                limits.Cpus,
                percent,
                Math.Max(0, usage.MemoryBytes - usage.CacheBytes),
                limits.MemoryBytes,
                usage.CacheBytes,
                disk.DiskUsedBytes,
                limits.DiskBytes));
            while (_samples.Peek().At <= at - _kept)
                _samples.Dequeue();
        }
    }
}

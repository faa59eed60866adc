using System.Threading.Channels;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Timeouts;

/// <summary>The ends of all sandboxes in one queue with one timer; each sandbox stands in it at most once.</summary>
internal sealed class ExpiryQueue : IAsyncDisposable
{
    // Timers take at most 49 days; waking up early is harmless.
    private static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly SortedSet<(DateTimeOffset At, string Id)> _order = new(Comparer<(DateTimeOffset At, string Id)>.Create(Compare));
    private readonly Dictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TimeProvider _time;
    private readonly Action<SandboxId> _expire;
    private readonly ITimer _timer;
    private readonly Task _loop;

    public ExpiryQueue(TimeProvider time, Action<SandboxId> expire)
    {
        (_time, _expire) = (time, expire);
        _timer = time.CreateTimer(_ => _wake.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(RunAsync);
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _ends.Count;
        }
    }

    /// <summary>Sets or moves a sandbox's end; null takes it out.</summary>
    public void Set(SandboxId id, DateTimeOffset? at)
    {
        lock (_gate)
        {
            if (_ends.Remove(id.Value, out var before))
                _order.Remove((before, id.Value));
            if (at is not { } end)
                return;
            _ends[id.Value] = end;
            _order.Add((end, id.Value));
            if (_order.Min.Id == id.Value)
                Arm(_time.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _wake.Writer.TryComplete();
        await _timer.DisposeAsync();
        await _loop;
    }

    private static int Compare((DateTimeOffset At, string Id) x, (DateTimeOffset At, string Id) y) =>
        x.At.CompareTo(y.At) is var order and not 0 ? order : string.CompareOrdinal(x.Id, y.Id);

    private async Task RunAsync()
    {
        await foreach (var _ in _wake.Reader.ReadAllAsync())
        {
            foreach (var id in TakeDue())
                _expire(id);
        }
    }

    private List<SandboxId> TakeDue()
    {
        var due = new List<SandboxId>();
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_order.Count > 0 && _order.Min.At <= now)
            {
                var head = _order.Min;
                _order.Remove(head);
                _ends.Remove(head.Id);
                if (SandboxId.TryParse(head.Id, out var id))
                    due.Add(id);
            }

            Arm(now);
        }

        return due;
    }

    private void Arm(DateTimeOffset now)
    {
        var wait = _order.Count == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Clamp((_order.Min.At - now).Ticks, 0, _longestWait.Ticks));
        // Rounded up to what a timer can do, so that it never wakes just before the end and spins.
        if (wait > TimeSpan.Zero)
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}

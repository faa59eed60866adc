using System.Diagnostics.CodeAnalysis;
using Caisson.Core.Backends;

namespace Caisson.Engine.Pools;

/// <summary>The sandboxes of one key that stand ready, and how they are asked for.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source of cancellation has neither a timer nor a wait handle.")]
internal sealed class Pool(PoolKey key, ISandboxBackend wall, RootFileSystem root)
{
    private const int KeptTimes = 512;

    private readonly Lock _gate = new();
    private readonly List<ParkedSandbox> _ready = [];
    private readonly Demand _demand = new();
    private readonly double[] _times = new double[KeptTimes];
    private readonly CancellationTokenSource _closing = new();
    private long _claims;
    private long _misses;
    private long _died;
    private int _starting;
    private int _target;
    private bool _closed;
    private TaskCompletionSource? _drained;

    /// <summary>What its sandboxes are.</summary>
    public PoolKey Key => key;

    /// <summary>The wall they are started behind.</summary>
    public ISandboxBackend Wall => wall;

    /// <summary>What they see.</summary>
    public RootFileSystem Root => root;

    /// <summary>Cancelled when it is given up.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>When a start failed, no other is tried before this.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>When it was asked for last.</summary>
    public DateTimeOffset Last
    {
        get
        {
            lock (_gate)
                return _demand.Last;
        }
    }

    /// <summary>How many of those wanted are neither there nor on the way.</summary>
    public int Missing
    {
        get
        {
            lock (_gate)
                return _closed ? 0 : _target - _ready.Count - _starting;
        }
    }

    /// <summary>How many stand ready or are on the way.</summary>
    public int Held
    {
        get
        {
            lock (_gate)
                return _ready.Count + _starting;
        }
    }

    /// <summary>Counts a request, and takes the newest that has not died; null when there is none. The dead among them are handed over to be ended.</summary>
    public ParkedSandbox? Take(DateTimeOffset now, Action<ParkedSandbox> dead)
    {
        lock (_gate)
        {
            _demand.Arrived(now);
            return TakeNext(dead);
        }
    }

    /// <summary>Takes another where the one before turned out to be dead; the same request, so not counted again.</summary>
    public ParkedSandbox? TakeAnother(Action<ParkedSandbox> dead)
    {
        lock (_gate)
        {
            _died++;
            return TakeNext(dead);
        }
    }

    /// <summary>A claim went well, in this time.</summary>
    public void Claimed(TimeSpan took)
    {
        lock (_gate)
            _times[_claims++ % KeptTimes] = took.TotalMilliseconds;
    }

    /// <summary>A request found nothing here.</summary>
    public void Missed()
    {
        lock (_gate)
            _misses++;
    }

    /// <summary>A start took this long, here or for a request that found nothing.</summary>
    public void Started(TimeSpan took)
    {
        lock (_gate)
            _demand.Started(took);
    }

    /// <summary>How many are wanted, and how many at least.</summary>
    public int Wanted(DateTimeOffset now, int min, int max)
    {
        lock (_gate)
            return _closed ? 0 : PoolSize.Wanted(_demand, now, min, max);
    }

    /// <summary>How often it is asked for, a second.</summary>
    public double Rate(DateTimeOffset now)
    {
        lock (_gate)
            return _demand.Rate(now);
    }

    /// <summary>Sets how many are to stand ready; the oldest of a surplus are handed back to be ended.</summary>
    public IReadOnlyList<ParkedSandbox> Resize(int target)
    {
        lock (_gate)
        {
            _target = _closed ? 0 : target;
            var surplus = Math.Max(0, _ready.Count - _target);
            ParkedSandbox[] ended = [.. _ready.Take(surplus)];
            _ready.RemoveRange(0, surplus);
            return ended;
        }
    }

    /// <summary>Announces a start; false where none is wanted any more.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (_closed || _ready.Count + _starting >= _target)
                return false;
            _starting++;
            return true;
        }
    }

    /// <summary>Ends a start that was announced; false where what came of it is not wanted any more.</summary>
    public bool End(ParkedSandbox? started)
    {
        lock (_gate)
        {
            _starting--;
            if (_closed && _starting == 0)
                _drained?.TrySetResult();
            if (_closed || started is null)
                return false;
            _ready.Add(started);
            return true;
        }
    }

    /// <summary>Those that stand ready now.</summary>
    public IReadOnlyList<ParkedSandbox> Ready()
    {
        lock (_gate)
            return [.. _ready];
    }

    /// <summary>Takes out one that died while it waited; false when it is not here any more.</summary>
    public bool Remove(ParkedSandbox parked)
    {
        lock (_gate)
        {
            if (!_ready.Remove(parked))
                return false;
            _died++;
            return true;
        }
    }

    /// <summary>Gives it up: starts under way are cancelled and waited for; what stands ready is handed back to be ended.</summary>
    public async Task<IReadOnlyList<ParkedSandbox>> CloseAsync()
    {
        Task drained = Task.CompletedTask;
        ParkedSandbox[] ready;
        lock (_gate)
        {
            _closed = true;
            ready = [.. _ready];
            _ready.Clear();
            if (_starting > 0)
                drained = (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await _closing.CancelAsync();
        await drained;
        return ready;
    }

    /// <summary>What it is at this moment.</summary>
    public PoolInfo Describe(DateTimeOffset now)
    {
        lock (_gate)
        {
            return new PoolInfo(
                key.Template, key.Layer, key.Wall, key.Resources, _ready.Count, _starting, _target,
                _demand.Rate(now), _demand.StartTime.TotalSeconds, _claims, _misses, _died, Median());
        }
    }

    private ParkedSandbox? TakeNext(Action<ParkedSandbox> dead)
    {
        while (_ready.Count > 0)
        {
            var newest = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            if (newest.IsAlive)
                return newest;
            _died++;
            dead(newest);
        }

        return null;
    }

    private double Median()
    {
        var count = (int)Math.Min(_claims, KeptTimes);
        if (count == 0)
            return 0;
        var sorted = _times.AsSpan(0, count).ToArray();
        Array.Sort(sorted);
        return sorted[count / 2];
    }
}

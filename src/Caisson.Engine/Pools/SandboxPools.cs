using System.Collections.Concurrent;
using System.Threading.Channels;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Pools;

/// <summary>Sandboxes started ahead of demand, by what cannot be given to them later.</summary>
/// <remarks>Claiming takes one short lock. One loop decides on sizes and ends what is not wanted; a few start what is missing, when no creation is under way.</remarks>
internal sealed partial class SandboxPools : IAsyncDisposable
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(10);

    private readonly PoolOptions _options;
    private readonly SandboxParts _parts;
    private readonly Parking _parking;
    private readonly CreateTraffic _traffic;
    private readonly Func<SandboxSpec, CancellationToken, Task<(ISandboxBackend Wall, RootFileSystem Root)>> _resolve;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<PoolKey, Pool> _pools = new();
    private readonly ConcurrentQueue<ParkedSandbox> _dead = new();
    private readonly Channel<bool> _missing;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Dictionary<string, PoolKey> _favoured = new(StringComparer.Ordinal);
    private readonly Lock _closing = new();
    private Task[] _loops = [];
    private DateTimeOffset _examined;
    private DateTimeOffset _plainNotBefore;
    private bool _closed;

    /// <summary>Makes pools that do nothing until started.</summary>
    /// <param name="parts">What the sandboxes of the engine share.</param>
    /// <param name="resolve">Finds the wall and the root of a spec, for pools that nobody has asked for yet.</param>
    public SandboxPools(SandboxParts parts, Func<SandboxSpec, CancellationToken, Task<(ISandboxBackend Wall, RootFileSystem Root)>> resolve)
    {
        (_options, _parts, _resolve, _log) = (parts.Options.Pools, parts, resolve, parts.Log);
        _parking = new Parking(parts);
        _traffic = new CreateTraffic(_options.Calm, _options.LongestYield, parts.Time);
        _missing = Channel.CreateBounded<bool>(new BoundedChannelOptions(_options.Starts) { FullMode = BoundedChannelFullMode.DropWrite });
        _timer = new PeriodicTimer(_options.Tick, parts.Time);
    }

    /// <summary>Whether creations are to be noted, so that starts ahead keep out of their way.</summary>
    public CreateTraffic Traffic => _traffic;

    /// <summary>Begins to look after the pools.</summary>
    public void Start()
    {
        _options.Check();
        if (_options.Max > 0)
            _loops = [Task.Run(KeepAsync), .. Enumerable.Range(0, _options.Starts).Select(_ => Task.Run(StartMissingAsync))];
    }

    /// <summary>The pool of a request, or null where there is none for it.</summary>
    public Pool? Of(PoolKey? key, ISandboxBackend wall, RootFileSystem root)
    {
        if (key is null || MaxOf(key) == 0)
            return null;
        return _pools.TryGetValue(key, out var known) ? known : Add(new Pool(key, wall, root));
    }

    /// <summary>Takes a sandbox that nobody else gets; null when none stands ready.</summary>
    public ParkedSandbox? Take(Pool pool)
    {
        var taken = pool.Take(_parts.Time.GetUtcNow(), _dead.Enqueue);
        _missing.Writer.TryWrite(true);
        return taken;
    }

    /// <summary>Takes another where the one before did not answer.</summary>
    public ParkedSandbox? TakeAnother(Pool pool) => pool.TakeAnother(_dead.Enqueue);

    /// <summary>Gives up the pools that stand on a layer, so that it can go; done when none of their sandboxes is left.</summary>
    public async Task RetireAsync(string layer)
    {
        foreach (var pool in _pools.Values.Where(pool => pool.Key.Layer == layer))
            await ForgetAsync(pool);
    }

    /// <summary>Every pool as it is now, the most asked for first.</summary>
    public IReadOnlyList<PoolInfo> Describe()
    {
        var now = _parts.Time.GetUtcNow();
        return [.. _pools.Values.Select(pool => pool.Describe(now)).OrderByDescending(pool => pool.ArrivalsPerSecond).ThenBy(pool => pool.Template, StringComparer.Ordinal)];
    }

    /// <summary>Stops starting and ends everything that stands ready.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_closing)
        {
            if (_closed)
                return;
            _closed = true;
        }

        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        foreach (var pool in _pools.Values)
            await ForgetAsync(pool);
        await BuryAsync();
        _timer.Dispose();
        _stop.Dispose();
    }

    private Pool? Add(Pool pool)
    {
        lock (_closing)
        {
            if (_closed)
                return null;
            return _pools.Count < _options.MaxKinds || _pools.ContainsKey(pool.Key) ? _pools.GetOrAdd(pool.Key, pool) : null;
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            do
            {
                try
                {
                    await KeepOnceAsync(_parts.Time.GetUtcNow());
                }
                catch (Exception e) when (!_stop.IsCancellationRequested)
                {
                    LogKeepFailed(e);
                }
            }
            while (await _timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task KeepOnceAsync(DateTimeOffset now)
    {
        await AddFavouredAsync(now);
        await ForgetIdleAsync(now);
        var pools = _pools.Values.OrderByDescending(pool => pool.Rate(now)).ToList();
        var wanted = pools.Select(pool => (Min: MinOf(pool.Key), Wanted: pool.Wanted(now, MinOf(pool.Key), MaxOf(pool.Key)))).ToList();
        var shares = PoolSize.Share(wanted, _options.Max);
        for (var i = 0; i < shares.Length; i++)
            Bury(pools[i].Resize(shares[i]));
        for (var i = 0; i < _options.Starts && pools.Exists(pool => pool.Missing > 0); i++)
            _missing.Writer.TryWrite(true);
        await ExamineAsync(pools, now);
        await BuryAsync();
    }

    private async Task StartMissingAsync()
    {
        try
        {
            await foreach (var _ in _missing.Reader.ReadAllAsync(_stop.Token))
            {
                while (Neediest() is { } pool)
                {
                    while (!_traffic.MayStart)
                        await Task.Delay(_look, _parts.Time, _stop.Token);
                    await StartOneAsync(pool);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private Pool? Neediest()
    {
        var now = _parts.Time.GetUtcNow();
        return _pools.Values.Where(pool => pool.Missing > 0 && pool.NotBefore <= now).MinBy(pool => (double)pool.Held / (pool.Held + pool.Missing));
    }

    private async Task StartOneAsync(Pool pool)
    {
        if (!pool.TryBegin())
            return;
        ParkedSandbox? parked = null;
        try
        {
            var since = _parts.Time.GetTimestamp();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, pool.Closing);
            parked = await _parking.StartAsync(pool, either.Token);
            pool.Started(_parts.Time.GetElapsedTime(since));
        }
        catch (Exception e)
        {
            // Whatever it was, a pool is a convenience: requests go on by cold starts.
            pool.NotBefore = _parts.Time.GetUtcNow() + _retry;
            if (!_stop.IsCancellationRequested && !pool.Closing.IsCancellationRequested)
                LogStartFailed(e, pool.Key.Template, pool.Key.Wall);
        }
        finally
        {
            if (!pool.End(parked) && parked is not null)
                await _parking.EndAsync(parked);
        }
    }

    private async Task ForgetIdleAsync(DateTimeOffset now)
    {
        foreach (var pool in _pools.Values.Where(pool => now - pool.Last >= _options.Forgotten && MinOf(pool.Key) == 0))
            await ForgetAsync(pool);
        if (_pools.Count == _options.MaxKinds && _pools.Values.Where(pool => MinOf(pool.Key) == 0).MinBy(pool => pool.Last) is { } oldest)
            await ForgetAsync(oldest);
    }

    private async Task ForgetAsync(Pool pool)
    {
        _pools.TryRemove(new KeyValuePair<PoolKey, Pool>(pool.Key, pool));
        await EndAsync(await pool.CloseAsync());
    }

    // Of each template of which some are to stand ready in any case, the kind that is asked for most; before the first request, the plainest.
    private async Task AddFavouredAsync(DateTimeOffset now)
    {
        foreach (var bounds in _options.Bounds.Where(bounds => bounds.Min > 0))
        {
            var known = _favoured.GetValueOrDefault(bounds.Template);
            var most = _pools.Values.Where(pool => pool.Key.Template == bounds.Template && pool.Key.Layer is null).MaxBy(pool => pool.Rate(now));
            if (most is not null)
            {
                var current = known is not null && _pools.TryGetValue(known, out var pool) ? pool : null;
                if (current is null || most.Rate(now) > 2 * current.Rate(now))
                    _favoured[bounds.Template] = most.Key;
            }
            else if (now >= _plainNotBefore)
            {
                await AddPlainAsync(bounds.Template, now);
            }
        }
    }

    private async Task AddPlainAsync(string template, DateTimeOffset now)
    {
        try
        {
            var spec = new SandboxSpec { Template = template };
            var (wall, root) = await _resolve(spec, _stop.Token);
            var key = PoolKey.Of(spec, template, null, wall.Name, root)!;
            if (Add(new Pool(key, wall, root)) is not null)
                _favoured[template] = key;
        }
        catch (CaissonException e)
        {
            _plainNotBefore = now + _retry;
            LogNoPool(template, e.Message);
        }
    }

    private int MinOf(PoolKey key) => BoundsOf(key) is { } bounds && _favoured.GetValueOrDefault(key.Template) == key ? bounds.Min : 0;

    private int MaxOf(PoolKey key) => Math.Min(BoundsOf(key)?.Max ?? _options.Max, _options.Max);

    private PoolBounds? BoundsOf(PoolKey key) => _options.Bounds.FirstOrDefault(bounds => bounds.Template == key.Template && key.Layer is null);

    private void Bury(IReadOnlyList<ParkedSandbox> ended)
    {
        foreach (var parked in ended)
            _dead.Enqueue(parked);
    }

    private async Task BuryAsync()
    {
        var ended = new List<ParkedSandbox>();
        while (_dead.TryDequeue(out var parked))
            ended.Add(parked);
        await EndAsync(ended);
    }

    private Task EndAsync(IReadOnlyList<ParkedSandbox> ended) => Parallel.ForEachAsync(
        ended, new ParallelOptions { MaxDegreeOfParallelism = _parts.Options.Concurrency }, async (parked, _) => await _parking.EndAsync(parked));
}

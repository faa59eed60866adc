using Caisson.Core.Failures;

namespace Caisson.Engine.Pools;

internal sealed partial class SandboxPools
{
    // The guests that wait are asked now and then whether they still answer; those whose end was seen go at once.
    private async Task ExamineAsync(List<Pool> pools, DateTimeOffset now)
    {
        var all = now - _examined >= _options.HealthInterval;
        if (all)
            _examined = now;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _parts.Options.Concurrency, CancellationToken = _stop.Token };
        var due = pools.SelectMany(pool => pool.Ready().Where(parked => all || !parked.IsAlive).Select(parked => (pool, parked))).ToList();
        await Parallel.ForEachAsync(due, parallel, async (one, token) =>
        {
            if (await FailsAsync(one.parked, token) is not { } reason || !one.pool.Remove(one.parked))
                return;
            LogDied(one.parked.Id, reason);
            _dead.Enqueue(one.parked);
        });
    }

    private async Task<string?> FailsAsync(ParkedSandbox parked, CancellationToken cancellation)
    {
        if (!parked.IsAlive)
            return "its end was seen";
        using var patience = new CancellationTokenSource(_options.Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            _ = await parked.Wall.Guest.StatisticsAsync(either.Token).WaitAsync(either.Token);
            return null;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is CaissonException or OperationCanceledException)
        {
            return e is CaissonException ? e.Message : "its guest does not answer";
        }
    }
}

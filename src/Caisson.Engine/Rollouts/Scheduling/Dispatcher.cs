using Caisson.Core.Failures;

namespace Caisson.Engine.Rollouts.Scheduling;

/// <summary>Runs waiting work, a bounded number at once.</summary>
internal sealed class Dispatcher(RolloutOptions options) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly FairQueue _queue = new(options.MaxWaiting, options.MaxWaitingPerTenant);
    private readonly Dictionary<long, Task> _tasks = [];
    private readonly CancellationTokenSource _stopping = new();
    private long _turn;
    private int _running;
    private bool _closed;

    /// <summary>How many run now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Takes work in, all of it or none.</summary>
    public void Add(string tenant, RolloutPriority priority, IReadOnlyCollection<Work> works, bool admitted = false)
    {
        lock (_gate)
        {
            if (_closed)
                throw new CaissonException(ErrorCode.Unavailable, "the server is shutting down", "Try again in a moment.");
            if (admitted)
                _queue.Restore(tenant, priority, works);
            else
                _queue.Add(tenant, priority, works);
            Fill();
        }
    }

    /// <summary>Takes out what belongs to an owner and has not begun.</summary>
    public void Remove(string tenant, object owner)
    {
        lock (_gate)
            _queue.Remove(tenant, owner);
    }

    /// <summary>Ends what runs and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            running = [.. _tasks.Values];
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(running);
        _stopping.Dispose();
    }

    private void Fill()
    {
        while (!_closed && _running < options.Parallelism && _queue.Take() is var (tenant, work))
        {
            _running++;
            var turn = ++_turn;
            _tasks[turn] = Task.Run(() => RunAsync(turn, tenant, work), CancellationToken.None);
        }
    }

    // The place is free only when the work and its sandbox are gone: that is what bounds the load on the host.
    private async Task RunAsync(long turn, string tenant, Work work)
    {
        await work.Run(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _tasks.Remove(turn);
            _running--;
            _queue.Done(tenant);
            Fill();
        }
    }
}

namespace Caisson.Network.Dns;

/// <summary>Remembers look-ups for a few seconds and lets many askers of one name share one; bounded in entries and time.</summary>
internal sealed class NameCache(INameResolver resolver, TimeSpan patience, TimeProvider time)
{
    private const int Capacity = 1024;
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Task<Resolution> Look, long Since)> _entries = new(StringComparer.Ordinal);

    /// <summary>Looks a name up; <see cref="Resolution.Failed"/> when that takes too long.</summary>
    public Task<Resolution> ResolveAsync(string name, CancellationToken cancellation)
    {
        Task<Resolution> look;
        lock (_lock)
        {
            if (_entries.TryGetValue(name, out var entry) && IsFresh(entry.Look, entry.Since))
            {
                look = entry.Look;
            }
            else
            {
                if (_entries.Count >= Capacity)
                    Trim();
                look = LookAsync(name);
                _entries[name] = (look, time.GetTimestamp());
            }
        }

        return look.WaitAsync(cancellation);
    }

    private bool IsFresh(Task<Resolution> look, long since) =>
        !look.IsCompleted || (time.GetElapsedTime(since) < _fresh && look.GetAwaiter().GetResult().State != ResolutionState.Failed);

    private void Trim()
    {
        foreach (var (name, entry) in _entries.ToArray())
        {
            if (!IsFresh(entry.Look, entry.Since))
                _entries.Remove(name);
        }

        if (_entries.Count >= Capacity)
            _entries.Clear();
    }

    private async Task<Resolution> LookAsync(string name)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        try
        {
            // Yielding keeps the look-up itself out of the lock of the asker.
            await Task.Yield();
            return await resolver.ResolveAsync(name, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Resolution.Failed;
        }
    }
}

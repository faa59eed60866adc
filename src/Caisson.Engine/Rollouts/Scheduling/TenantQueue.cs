namespace Caisson.Engine.Rollouts.Scheduling;

/// <summary>What one tenant has waiting, by priority and then in the order in which it came.</summary>
internal sealed class TenantQueue
{
    private readonly Queue<Work>[] _waiting = [.. Enum.GetValues<RolloutPriority>().Select(_ => new Queue<Work>())];

    public int Waiting { get; private set; }

    public int Running { get; set; }

    /// <summary>The turn in which it was last served.</summary>
    public long ServedAt { get; set; }

    public void Add(RolloutPriority priority, IReadOnlyCollection<Work> works)
    {
        foreach (var work in works)
            _waiting[(int)priority].Enqueue(work);
        Waiting += works.Count;
    }

    public Work Take()
    {
        Waiting--;
        return _waiting.Last(queue => queue.Count > 0).Dequeue();
    }

    /// <summary>Takes out what belongs to an owner and says how much it was.</summary>
    public int Remove(object owner)
    {
        var removed = 0;
        for (var priority = 0; priority < _waiting.Length; priority++)
        {
            var kept = new Queue<Work>(_waiting[priority].Where(work => !ReferenceEquals(work.Owner, owner)));
            removed += _waiting[priority].Count - kept.Count;
            _waiting[priority] = kept;
        }

        Waiting -= removed;
        return removed;
    }
}

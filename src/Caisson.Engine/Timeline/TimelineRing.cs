using Caisson.Core.Events;

namespace Caisson.Engine.Timeline;

/// <summary>The newest entries of a timeline, bounded in number and in memory; not safe for use from several threads.</summary>
internal sealed class TimelineRing(int maxEntries, long maxBytes)
{
    private SandboxEvent[] _slots = new SandboxEvent[16];
    private int _first;
    private long _bytes;

    public int Count { get; private set; }

    public long Bytes => _bytes;

    public void Add(SandboxEvent entry)
    {
        var size = EventSize.Of(entry);
        while (Count > 0 && (Count >= maxEntries || _bytes + size > maxBytes))
            DropOldest();
        if (Count == _slots.Length)
            Grow();
        _slots[(_first + Count++) % _slots.Length] = entry;
        _bytes += size;
    }

    /// <summary>Entries numbered above <paramref name="after"/>, oldest first.</summary>
    public List<SandboxEvent> Read(long after, int limit)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Sequence <= after)
                low = middle + 1;
            else
                high = middle;
        }

        var found = new List<SandboxEvent>(Math.Min(Count - low, limit));
        for (var index = low; index < Count && found.Count < limit; index++)
            found.Add(At(index));
        return found;
    }

    private SandboxEvent At(int index) => _slots[(_first + index) % _slots.Length];

    private void DropOldest()
    {
        _bytes -= EventSize.Of(_slots[_first]);
        _slots[_first] = null!;
        _first = (_first + 1) % _slots.Length;
        Count--;
    }

    private void Grow()
    {
        var larger = new SandboxEvent[_slots.Length * 2];
        for (var index = 0; index < Count; index++)
            larger[index] = At(index);
        (_slots, _first) = (larger, 0);
    }
}

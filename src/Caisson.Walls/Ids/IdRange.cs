using System.Collections.Concurrent;

namespace Caisson.Walls.Ids;

/// <summary>Host ids that stand for a sandbox's users: 65,536 of its own, far above any real user.</summary>
internal sealed class IdRange
{
    public const uint Size = 65_536;
    private const uint First = 0x1000_0000;
    private const int Slots = 0x6000;
    private readonly ConcurrentDictionary<uint, bool> _taken = new();

    /// <summary>A range that no other sandbox of this process has.</summary>
    public uint Take()
    {
        while (true)
        {
            // Drawn so that processes which do not know of each other rarely meet; nothing here is a secret.
            var start = First + ((uint)Random.Shared.Next(Slots) * Size);
            if (_taken.TryAdd(start, true))
                return start;
        }
    }

    /// <summary>Marks a range as taken by a sandbox found again.</summary>
    public void Claim(uint start) => _taken[start] = true;

    public void Give(uint start) => _taken.TryRemove(start, out _);
}

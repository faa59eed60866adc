using Caisson.Core.Failures;

namespace Caisson.Engine.Pools;

/// <summary>How many sandboxes an engine starts ahead of demand.</summary>
public sealed record PoolOptions
{
    /// <summary>The most that stand ready at once, of all kinds together; 0 for no pools.</summary>
    public int Max { get; init; }

    /// <summary>What was said of single templates.</summary>
    public IReadOnlyList<PoolBounds> Bounds { get; init; } = [];

    /// <summary>How many are started at once.</summary>
    public int Starts { get; init; } = 2;

    /// <summary>How many kinds are told apart; of more, those asked for longest ago are forgotten.</summary>
    public int MaxKinds { get; init; } = 64;

    /// <summary>After how long without a request a kind is forgotten and what stands ready of it ended.</summary>
    public TimeSpan Forgotten { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often sizes are thought over and the dead looked for.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often every guest that waits is asked whether it still answers.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a guest may take to answer before it counts as dead.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long without a creation the next start ahead may begin.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>After how long without any calm starts ahead go on beside the creations: demand that never rests must be met too.</summary>
    public TimeSpan LongestYield { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Refuses what cannot be meant.</summary>
    public void Check()
    {
        if (Max < 0 || Starts < 1 || Bounds.Any(one => one.Min < 0 || one.Max < one.Min))
            throw new CaissonException(ErrorCode.InvalidArgument, "a pool's least and most are numbers from 0 up, the least first");
        if (Bounds.GroupBy(one => one.Template, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
            throw new CaissonException(ErrorCode.InvalidArgument, $"the pool of template '{twice.Key}' is named twice");
        if (Bounds.Sum(one => (long)one.Min) > Max)
            throw new CaissonException(ErrorCode.InvalidArgument, $"the pools are to hold more than the {Max} that all together may", "Raise --pool-max, or lower the least of some.");
    }
}

namespace Caisson.Engine.Pools;

/// <summary>How many sandboxes are to stand ready.</summary>
internal static class PoolSize
{
    private const double Headroom = 1.25;
    private const double Nothing = 0.05;

    /// <summary>As many as are asked for while one starts, or as came at once of late, whichever is more, and a quarter on top; within bounds.</summary>
    public static int Wanted(Demand demand, DateTimeOffset now, int min, int max)
    {
        var need = Math.Max(demand.Rate(now) * demand.StartTime.TotalSeconds, demand.Burst(now)) * Headroom;
        return Math.Clamp(need < Nothing ? 0 : (int)Math.Min(Math.Ceiling(need), max), Math.Min(min, max), max);
    }

    /// <summary>Divides what all may have together: each its least first, the rest in proportion to what is wanted beyond.</summary>
    public static int[] Share(IReadOnlyList<(int Min, int Wanted)> pools, int total)
    {
        var shares = new int[pools.Count];
        var left = total;
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = Math.Min(Math.Min(pools[i].Min, pools[i].Wanted), left);
            left -= shares[i];
        }

        var beyond = pools.Select((pool, i) => pool.Wanted - shares[i]).ToArray();
        var sum = beyond.Sum(one => (long)one);
        if (sum <= left)
            return [.. shares.Zip(beyond, (share, more) => share + more)];
        var spare = left;
        for (var i = 0; i < shares.Length; i++)
        {
            var part = (int)(beyond[i] * (long)spare / sum);
            (shares[i], beyond[i], left) = (shares[i] + part, beyond[i] - part, left - part);
        }

        // What rounding left over goes to the first that want more; they come in order of demand.
        for (var i = 0; i < shares.Length && left > 0; i++)
        {
            if (beyond[i] == 0)
                continue;
            (shares[i], left) = (shares[i] + 1, left - 1);
        }

        return shares;
    }
}

namespace Caisson.Bench.Scenarios;

/// <summary>What a long run of rollouts did to the server.</summary>
/// <param name="Seconds">How long each batch took.</param>
/// <param name="Resident">The server's resident memory after each batch, in bytes.</param>
internal sealed record Soak(IReadOnlyList<double> Seconds, IReadOnlyList<long> Resident)
{
    /// <summary>Memory in the last third of the run over that in the first, at the median, in bytes.</summary>
    public long Grown => Middle(Resident.TakeLast(Third)) - Middle(Resident.Take(Third));

    /// <summary>Time of a batch in the last third over that in the first, at the median.</summary>
    public double Slowdown => Middle(Seconds.TakeLast(Third)) / Middle(Seconds.Take(Third));

    private int Third => Math.Max(1, Seconds.Count / 3);

    private static T Middle<T>(IEnumerable<T> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}

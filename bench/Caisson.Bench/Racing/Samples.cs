namespace Caisson.Bench.Racing;

/// <summary>Times of one contender, in milliseconds.</summary>
/// <param name="Name">The contender.</param>
/// <param name="Times">Its times in the order measured.</param>
/// <param name="Remark">Why there are none, or what to know about them; or null.</param>
internal sealed record Samples(string Name, IReadOnlyList<double> Times, string? Remark = null)
{
    private readonly double[] _sorted = [.. Times.Order()];

    public bool IsEmpty => _sorted.Length == 0;

    public double Min => _sorted[0];

    public double Median => Percentile(0.5);

    /// <summary>The least time that this share of all times does not exceed.</summary>
    public double Percentile(double share) => _sorted[Math.Clamp((int)Math.Ceiling(share * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    /// <summary>A row without figures.</summary>
    public static Samples NotUsable(string name, string reason) => new(name, [], $"not usable here: {reason}");
}

namespace Caisson.Core.Advice;

/// <summary>Rules a wall out.</summary>
internal sealed record ExclusionRule
{
    public required string Id { get; set; }

    /// <summary>Whether it holds even for a wall that was asked for by name.</summary>
    public bool Binding { get; set; }

    public required Condition When { get; set; }

    /// <summary>Why, in words; <c>{missing}</c>, <c>{found}</c> and <c>{remedy}</c> stand for what was looked at.</summary>
    public required string Why { get; set; }

    /// <summary>What would change it.</summary>
    public required string Change { get; set; }
}

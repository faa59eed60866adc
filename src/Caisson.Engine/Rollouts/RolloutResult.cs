namespace Caisson.Engine.Rollouts;

/// <summary>What came of one execution.</summary>
public sealed record RolloutResult
{
    /// <summary>Its place in the rollout's stream of results, from 1.</summary>
    public long Sequence { get; init; }

    /// <summary>Which execution of the rollout it was, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The caller's own name for it, or null.</summary>
    public string? Name { get; init; }

    /// <summary>How it ended and whose fault that is.</summary>
    public required RolloutLabel Label { get; init; }

    /// <summary>What happened, where the steps do not say it, or null.</summary>
    public string? Message { get; init; }

    /// <summary>What to do about it, or null.</summary>
    public string? Remedy { get; init; }

    /// <summary>The steps that ran.</summary>
    public IReadOnlyList<RolloutStepResult> Steps { get; init; } = [];

    /// <summary>The files asked for that were there.</summary>
    public IReadOnlyList<RolloutFile> Files { get; init; } = [];

    /// <summary>Connections refused, each destination once, at most 100.</summary>
    public IReadOnlyList<RolloutDenial> Denials { get; init; } = [];

    /// <summary>What kept it apart from the others.</summary>
    public RolloutIsolation Isolation { get; init; }

    /// <summary>How many sandboxes it took; more than one after failures of ours.</summary>
    public int Attempts { get; init; } = 1;
}

namespace Caisson.Engine.Rollouts;

/// <summary>A batch of independent executions.</summary>
public sealed record RolloutRequest
{
    /// <summary>Submitting the same executions again under this key finds the rollout that is there, unless that was canceled; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Its place among the same tenant's work.</summary>
    public RolloutPriority Priority { get; init; } = RolloutPriority.Normal;

    /// <summary>What to run.</summary>
    public required IReadOnlyList<RolloutExecution> Executions { get; init; }
}

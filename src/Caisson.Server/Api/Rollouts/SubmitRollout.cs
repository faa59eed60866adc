using Caisson.Engine.Rollouts;

namespace Caisson.Server.Api.Rollouts;

/// <summary>A batch of independent executions.</summary>
internal sealed record SubmitRollout
{
    /// <summary>Submitting the same executions again under this key finds the rollout that is there; null for none.</summary>
    public string? Key { get; set; }

    /// <summary>Its place among the caller's own work.</summary>
    public RolloutPriority Priority { get; set; } = RolloutPriority.Normal;

    /// <summary>What to run.</summary>
    public required List<ExecutionBody> Executions { get; init; }
}

namespace Caisson.Client;

/// <summary>A rollout's place among the same tenant's work.</summary>
public enum RolloutPriority
{
    Low,
    Normal,
    High,
}

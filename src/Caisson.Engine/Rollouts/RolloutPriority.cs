namespace Caisson.Engine.Rollouts;

/// <summary>What of one tenant's own work goes first; between tenants it counts for nothing.</summary>
public enum RolloutPriority
{
    Low,
    Normal,
    High,
}

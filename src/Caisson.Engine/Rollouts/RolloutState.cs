namespace Caisson.Engine.Rollouts;

/// <summary>Where a rollout is in its life.</summary>
public enum RolloutState
{
    Running,
    Completed,
    Canceled,
}

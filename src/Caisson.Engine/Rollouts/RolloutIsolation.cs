namespace Caisson.Engine.Rollouts;

/// <summary>What kept an execution apart from the others.</summary>
public enum RolloutIsolation
{
    /// <summary>A sandbox of its own.</summary>
    Fresh,

    /// <summary>A cell of its own, forked from an interpreter in a sandbox that it shares with executions of the same tenant.</summary>
    Zygote,
}

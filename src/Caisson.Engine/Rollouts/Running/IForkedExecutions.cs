namespace Caisson.Engine.Rollouts.Running;

/// <summary>Runs executions as forks of an interpreter that is there already, where that is as good as a sandbox of their own.</summary>
public interface IForkedExecutions
{
    /// <summary>Runs one, or says null when it needs a sandbox of its own; what is thrown is a failure of ours.</summary>
    Task<RolloutResult?> TryRunAsync(string tenant, RolloutExecution execution, CancellationToken cancellation);
}

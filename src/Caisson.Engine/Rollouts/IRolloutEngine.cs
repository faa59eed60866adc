namespace Caisson.Engine.Rollouts;

/// <summary>Runs batches of independent executions, each in a sandbox of its own.</summary>
/// <remarks>A rollout of another tenant is NotFound, as if it did not exist. Work beyond the queue's bounds is refused with ResourceExhausted.</remarks>
public interface IRolloutEngine
{
    /// <summary>Takes a batch in and answers once it is on disk; the same key and executions find the rollout that is there, other executions are a Conflict.</summary>
    Task<RolloutInfo> SubmitAsync(string tenant, RolloutRequest request, CancellationToken cancellation);

    /// <summary>What a rollout is now.</summary>
    RolloutInfo Get(string tenant, string id);

    /// <summary>Results after a sequence number in the order in which they came, until the rollout ends.</summary>
    IAsyncEnumerable<RolloutResult> ReadAsync(string tenant, string id, long after, CancellationToken cancellation);

    /// <summary>Ends a rollout: nothing of it runs any more when this returns; results so far stay readable. Harmless when it has ended.</summary>
    Task CancelAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>Runs one execution that nobody else will ask for, in its turn; cancelling ends it.</summary>
    Task<RolloutResult> RunAsync(string tenant, RolloutExecution execution, RolloutPriority priority, CancellationToken cancellation);
}

namespace Caisson.Engine.Rollouts;

/// <summary>Bounds of rollouts on one server.</summary>
public sealed record RolloutOptions
{
    /// <summary>Where batches and their results are kept.</summary>
    public required string Directory { get; init; }

    /// <summary>How many executions run at once.</summary>
    public int Parallelism { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>The most executions of one rollout.</summary>
    public int MaxExecutions { get; init; } = 20_000;

    /// <summary>The most executions of one tenant that may wait.</summary>
    public int MaxWaitingPerTenant { get; init; } = 50_000;

    /// <summary>The most executions of all tenants that may wait.</summary>
    public int MaxWaiting { get; init; } = 200_000;

    /// <summary>The most bytes of files and input of executions that have not ended.</summary>
    public long MaxWaitingBytes { get; init; } = 512L << 20;

    /// <summary>The most bytes of results of one rollout; what comes after is not run and labelled Quota.</summary>
    public long MaxResultBytes { get; init; } = 2L << 30;

    /// <summary>The most bytes of all kept results; no further rollout is taken in beyond it.</summary>
    public long MaxStoredBytes { get; init; } = 16L << 30;

    /// <summary>The most rollouts kept, ended ones included.</summary>
    public int MaxRollouts { get; init; } = 2000;

    /// <summary>How many sandboxes an execution may take when ours fail.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The pause before the second attempt; it doubles from there.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How much longer than its steps' limits an execution's sandbox may live.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often ended rollouts are looked through for those that were kept long enough.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an ended rollout and its results are kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(1);
}

namespace Caisson.Interpreter.Zygotes;

/// <summary>Bounds of the zygotes of one server.</summary>
public sealed record ZygoteOptions
{
    /// <summary>How many may be there; an execution that needs another one gets a sandbox of its own.</summary>
    public int MaxZygotes { get; init; } = 12;

    /// <summary>How many executions one may have at once.</summary>
    public int Cells { get; init; } = Math.Max(6, (2 * Environment.ProcessorCount) + 2);

    /// <summary>A zygote is replaced after this many executions.</summary>
    public int MaxExecutions { get; init; } = 20_000;

    /// <summary>A zygote is replaced at this age.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A zygote without work is ended after this long.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one may take to become ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where none could be started, the next is tried after this long.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A zygote that says nothing for this much longer than an execution may take is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);
}

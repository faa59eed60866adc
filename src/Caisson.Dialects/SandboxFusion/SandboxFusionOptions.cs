namespace Caisson.Dialects.SandboxFusion;

/// <summary>What executions of this dialect get.</summary>
public sealed record SandboxFusionOptions
{
    /// <summary>The template they run in.</summary>
    public string Template { get; init; } = "base";

    /// <summary>Memory where a request sets no limit, in bytes.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Disk, in bytes.</summary>
    public long DiskBytes { get; init; } = 1L << 30;

    /// <summary>Processes and threads.</summary>
    public int Pids { get; init; } = 512;

    /// <summary>How many cases of one submission run at once.</summary>
    public int JudgeParallelism { get; init; } = 3;
}

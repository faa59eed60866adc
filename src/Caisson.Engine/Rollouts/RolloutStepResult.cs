namespace Caisson.Engine.Rollouts;

/// <summary>What came of one step.</summary>
public sealed record RolloutStepResult
{
    /// <summary>The step's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its exit code, or null when a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal { get; init; }

    /// <summary>Whether its time limit ended it.</summary>
    public bool TimedOut { get; init; }

    /// <summary>Whether the memory limit ended it.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Whether it wrote more than its output limit.</summary>
    public bool OutputExceeded { get; init; }

    /// <summary>What it wrote to standard output.</summary>
    public ReadOnlyMemory<byte> Stdout { get; init; }

    /// <summary>What it wrote to standard error.</summary>
    public ReadOnlyMemory<byte> Stderr { get; init; }

    /// <summary>How long it ran.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether the next step may run.</summary>
    internal bool Succeeded => ExitCode == 0 && !TimedOut && !OutOfMemory;
}

namespace Caisson.Backends.Bubblewrap;

/// <summary>What the Bubblewrap wall needs to know of its host.</summary>
public sealed record BubblewrapOptions
{
    /// <summary>The bwrap executable, or null to look in PATH.</summary>
    public string? Executable { get; init; }

    /// <summary>The guest program on the host.</summary>
    public required string Guest { get; init; }

    /// <summary>Where formatted blank disks are kept for copying; made when needed.</summary>
    public required string BlankDisks { get; init; }

    /// <summary>How long a wall may take to come up.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

namespace Caisson.Walls;

/// <summary>What the walls of one host need to know of it.</summary>
public sealed record WallHostOptions
{
    /// <summary>The guest program on the host.</summary>
    public required string Guest { get; init; }

    /// <summary>Where formatted blank disks are kept for copying; made when needed.</summary>
    public required string BlankDisks { get; init; }

    /// <summary>Below which the server keeps mounts that no sandbox is to hold by chance; null for none.</summary>
    public string? Mounts { get; init; }

    /// <summary>How long a wall may take to come up.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

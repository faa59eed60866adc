namespace Caisson.Backends.Bubblewrap;

/// <summary>What the Bubblewrap wall needs to know of its host.</summary>
public sealed record BubblewrapOptions
{
    /// <summary>The bwrap executable.</summary>
    public string Executable { get; init; } = "/usr/bin/bwrap";
}

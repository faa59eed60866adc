namespace Caisson.Settings.Protection;

/// <summary>How far a writable root is searched.</summary>
public sealed record ProtectionOptions
{
    /// <summary>How many directories deep, the root being 0.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>The most directories to look into.</summary>
    public int Directories { get; init; } = 5000;

    /// <summary>The longest time to search.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether <c>.git/config</c> may be written.</summary>
    public bool AllowGitConfig { get; init; }
}

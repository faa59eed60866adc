namespace Caisson.Settings.Protection;

/// <summary>A path below a writable root that stays read-only.</summary>
/// <param name="RelativePath">The path relative to the root; no part of it before the last is a symbolic link.</param>
/// <param name="Kind">What it is, or what an absent one would be.</param>
/// <param name="Exists">Whether it is there now.</param>
public sealed record ProtectedPath(string RelativePath, ProtectedKind Kind, bool Exists)
{
    /// <summary>Whether it is a symbolic link. The link itself must stay as it is: a mount over it would land at its target.</summary>
    public bool IsLink { get; init; }
}

namespace Caisson.Core.Sandboxes;

/// <summary>A path below a writable mount that stays read-only.</summary>
/// <param name="RelativePath">Relative to the mount, without <c>.</c> or <c>..</c>; no part of it before the last is a symbolic link.</param>
/// <param name="IsDirectory">Whether it is a directory, or will stand as an empty one where it is absent.</param>
/// <param name="Exists">Whether it was there when looked for; an absent one is held by an empty stand-in while the sandbox lives.</param>
public sealed record ProtectedPath(string RelativePath, bool IsDirectory, bool Exists)
{
    /// <summary>Whether it is a symbolic link. The link itself must stay as it is: a mount over it would land at its target.</summary>
    public bool IsLink { get; init; }
}

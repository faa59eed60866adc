namespace Caisson.Core.Sandboxes;

/// <summary>A path below a writable mount that stays read-only.</summary>
/// <param name="RelativePath">Relative to the mount, without <c>.</c> or <c>..</c>.</param>
/// <param name="IsDirectory">Whether it is a directory, or will stand as an empty one where it is absent.</param>
/// <param name="Exists">Whether it was there when looked for; an absent one is held by an empty stand-in while the sandbox lives.</param>
public sealed record ProtectedPath(string RelativePath, bool IsDirectory, bool Exists);

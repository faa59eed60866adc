namespace Caisson.Settings.Protection;

/// <summary>A directory on the way to a protected path; a wall checks that it is still the same one and keeps it from being renamed.</summary>
/// <param name="RelativePath">The path relative to the root, empty for the root itself.</param>
/// <param name="Device">The device it is on, as statx gives it (major in the upper half).</param>
/// <param name="Inode">Its inode.</param>
public sealed record PinnedParent(string RelativePath, ulong Device, ulong Inode);

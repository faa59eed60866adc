namespace Caisson.Settings;

/// <summary>Whether a path and all below it can be read.</summary>
/// <param name="Path">The absolute host path.</param>
/// <param name="Hidden">Hidden, or shown again inside something hidden.</param>
public sealed record ReadRule(string Path, bool Hidden);

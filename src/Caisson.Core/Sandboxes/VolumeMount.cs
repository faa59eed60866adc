namespace Caisson.Core.Sandboxes;

/// <summary>A volume shown inside a sandbox.</summary>
/// <param name="Volume">The volume's name or id.</param>
/// <param name="Path">Absolute path inside, without <c>.</c>, <c>..</c> or a slash at its end.</param>
/// <param name="ReadOnly">Whether writing through it is refused.</param>
public sealed record VolumeMount(string Volume, string Path, bool ReadOnly = false);

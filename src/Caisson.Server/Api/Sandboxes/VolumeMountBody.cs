namespace Caisson.Server.Api.Sandboxes;

/// <summary>A volume shown inside a sandbox.</summary>
/// <param name="Volume">Its name or id.</param>
/// <param name="Path">Where: an absolute path.</param>
/// <param name="ReadOnly">Whether writing through it is refused.</param>
internal sealed record VolumeMountBody(string Volume, string Path, bool ReadOnly = false);

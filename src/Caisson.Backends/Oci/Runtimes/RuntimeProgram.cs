namespace Caisson.Backends.Oci.Runtimes;

/// <summary>A runtime found on this host.</summary>
/// <param name="Path">Its program.</param>
/// <param name="Version">The first line it says of its version.</param>
/// <param name="Platform">The platform that a container ran on, or null where it has no choice.</param>
internal sealed record RuntimeProgram(string Path, string Version, string? Platform);

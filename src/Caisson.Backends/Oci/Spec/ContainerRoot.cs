namespace Caisson.Backends.Oci.Spec;

/// <summary>The root file system.</summary>
internal sealed record ContainerRoot(string Path, bool Readonly);

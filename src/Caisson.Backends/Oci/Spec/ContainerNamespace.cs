namespace Caisson.Backends.Oci.Spec;

/// <summary>A namespace to make, or to join where a path is given.</summary>
internal sealed record ContainerNamespace(string Type, string? Path = null);

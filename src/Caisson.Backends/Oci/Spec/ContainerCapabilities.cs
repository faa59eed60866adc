namespace Caisson.Backends.Oci.Spec;

/// <summary>Capabilities of the first program; none is inheritable or ambient.</summary>
internal sealed record ContainerCapabilities(IReadOnlyList<string> Bounding, IReadOnlyList<string> Effective, IReadOnlyList<string> Permitted);

namespace Caisson.Backends.Oci.Spec;

/// <summary>Namespaces, ids and what of /proc is covered.</summary>
internal sealed record ContainerLinux(
    IReadOnlyList<ContainerNamespace> Namespaces,
    IReadOnlyList<ContainerIdMap>? UidMappings,
    IReadOnlyList<ContainerIdMap>? GidMappings,
    string? CgroupsPath,
    ContainerResources Resources,
    IReadOnlyList<string> MaskedPaths,
    IReadOnlyList<string> ReadonlyPaths);

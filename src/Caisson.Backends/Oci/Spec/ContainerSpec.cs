namespace Caisson.Backends.Oci.Spec;

/// <summary>The config.json of a bundle, as far as we fill it in.</summary>
/// <remarks>Source: github.com/opencontainers/runtime-spec, config.md and config-linux.md, version 1.0.2.</remarks>
internal sealed record ContainerSpec(
    string OciVersion, ContainerProcess Process, ContainerRoot Root, string Hostname, IReadOnlyList<ContainerMount> Mounts, ContainerLinux Linux);

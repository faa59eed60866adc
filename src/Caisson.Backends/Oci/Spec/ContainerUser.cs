namespace Caisson.Backends.Oci.Spec;

/// <summary>Who the first program is inside.</summary>
internal sealed record ContainerUser(uint Uid, uint Gid);

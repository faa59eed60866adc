namespace Caisson.Backends.Oci.Spec;

/// <summary>Limits that the runtime sets; memory, processes and processor time are set in the sandbox's groups before.</summary>
internal sealed record ContainerResources(IReadOnlyList<DeviceRule> Devices);

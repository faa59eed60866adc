using System.Text.Json.Serialization;

namespace Caisson.Backends.Oci.Spec;

/// <summary>A stretch of ids.</summary>
internal sealed record ContainerIdMap([property: JsonPropertyName("containerID")] uint ContainerId, [property: JsonPropertyName("hostID")] uint HostId, uint Size);

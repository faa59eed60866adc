namespace Caisson.Client.Wire;

internal sealed record VolumesBody(IReadOnlyList<VolumeDescription> Items);

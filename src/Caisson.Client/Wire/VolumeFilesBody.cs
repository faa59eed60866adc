namespace Caisson.Client.Wire;

internal sealed record VolumeFilesBody(IReadOnlyList<VolumeFile> Items);

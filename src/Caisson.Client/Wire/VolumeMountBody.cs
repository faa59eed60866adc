namespace Caisson.Client.Wire;

internal sealed record VolumeMountBody(string Volume, string Path, bool ReadOnly);

namespace Caisson.Client.Wire;

internal sealed record CreateVolumeBody(string Name, long? Bytes, int? Files);

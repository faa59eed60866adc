namespace Caisson.Client.Wire;

internal sealed record VolumeDirectoryBody(string Path);

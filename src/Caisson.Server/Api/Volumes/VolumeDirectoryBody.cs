namespace Caisson.Server.Api.Volumes;

/// <summary>A directory to make; missing parents are made, and one that is there is fine.</summary>
internal sealed record VolumeDirectoryBody(string Path);

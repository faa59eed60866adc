namespace Caisson.Server.Api.Volumes;

/// <summary>What lies in a directory of a volume.</summary>
internal sealed record VolumeFileList(IReadOnlyList<VolumeFileBody> Items);

namespace Caisson.Core.Volumes;

/// <summary>What a volume may hold; its own file system enforces both.</summary>
/// <param name="Bytes">Bytes, what the file system needs for itself included.</param>
/// <param name="Files">Files, directories and links.</param>
public sealed record VolumeQuota(long Bytes, int Files);

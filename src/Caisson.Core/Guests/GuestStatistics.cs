namespace Caisson.Core.Guests;

/// <summary>What the sandbox's own file system holds, in bytes.</summary>
public sealed record GuestStatistics(long DiskUsedBytes, long DiskTotalBytes);

namespace Caisson.Core.Guests;

/// <summary>What the sandbox's own file system holds, in bytes.</summary>
/// <param name="Processes">Processes of the whole sandbox, the guest not among them.</param>
public sealed record GuestStatistics(long DiskUsedBytes, long DiskTotalBytes, int Processes = 0);

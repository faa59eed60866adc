namespace Caisson.Walls.Staging;

/// <summary>What of the host's system is particular to one sandbox.</summary>
/// <param name="HostName">Its name.</param>
/// <param name="DiskBytes">Bytes in each place it may write to.</param>
/// <param name="Owner">The id of its user as the composing process sees it.</param>
/// <param name="Authority">The gateway's certificate authority to trust, or null.</param>
/// <param name="Ignored">Paths of which git takes no notice.</param>
internal sealed record HostSystemContent(string HostName, long DiskBytes, uint Owner, string? Authority, IReadOnlyList<string> Ignored);

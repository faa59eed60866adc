namespace Caisson.Server.Api.Snapshots;

/// <summary>The caller's snapshots, oldest first.</summary>
internal sealed record SnapshotList(IReadOnlyList<SnapshotBody> Items);

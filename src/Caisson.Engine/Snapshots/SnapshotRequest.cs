namespace Caisson.Engine.Snapshots;

/// <summary>What a snapshot is to be called, and what may be left out of it.</summary>
/// <param name="Name">Its name, replacing the snapshot of that name and tag; null for none.</param>
/// <param name="Tag">Which of that name.</param>
/// <param name="LeaveProcesses">Whether the caller wants the files alone. Otherwise a sandbox in which processes live is refused where its wall cannot keep them.</param>
public sealed record SnapshotRequest(string? Name = null, string Tag = "default", bool LeaveProcesses = false);

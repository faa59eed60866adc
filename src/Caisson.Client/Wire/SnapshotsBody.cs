namespace Caisson.Client.Wire;

internal sealed record SnapshotsBody(IReadOnlyList<SnapshotDescription> Items);

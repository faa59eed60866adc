namespace Caisson.Engine.Snapshots;

/// <summary>The snapshots of this host.</summary>
public interface ISnapshotCatalog
{
    /// <summary>The tenant's snapshot of that id, or of that name (with <c>:tag</c>, else <c>default</c>), or null.</summary>
    SnapshotInfo? Find(string tenant, string reference);

    /// <summary>The tenant's snapshots, oldest first.</summary>
    IReadOnlyList<SnapshotInfo> List(string tenant);

    /// <summary>Forgets one; its layers go when nothing stands on them any more. False when there is none of that id.</summary>
    Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellation);
}

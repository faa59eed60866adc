using Caisson.Engine.Snapshots;

namespace Caisson.Server.Api.Snapshots;

/// <summary>A snapshot; its id, or its name and tag, can be named as the template of a sandbox.</summary>
internal sealed record SnapshotBody(string Id, string? Name, string Tag, string Source, string Wall, long Bytes, bool Memory, DateTimeOffset CreatedAt)
{
    /// <summary>The body that describes a snapshot.</summary>
    public static SnapshotBody Of(SnapshotInfo snapshot) =>
        new(snapshot.Id, snapshot.Name, snapshot.Tag, snapshot.Source.Value, snapshot.Wall, snapshot.Bytes, snapshot.Memory is not null, snapshot.CreatedAt);
}

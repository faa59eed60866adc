using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Snapshots;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Snapshots by the protocol's names: <c>team/name:tag</c>, or <c>id:default</c> where they have none.</summary>
internal static class SnapshotNames
{
    public const string DefaultTag = "default";

    /// <summary>Reads <c>[team/]name[:tag]</c>, in lower case; another team's is refused.</summary>
    public static (string Name, string Tag) Parse(string tenant, string reference)
    {
        var text = reference.ToLowerInvariant();
        if (text.StartsWith($"{tenant.ToLowerInvariant()}/", StringComparison.Ordinal))
            text = text[(tenant.Length + 1)..];
        if (text.Contains('/', StringComparison.Ordinal))
            throw new E2bHttpException(403, "a name's first part must be your own team");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (text, DefaultTag) : (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>The tenant's snapshot of that reference, or null.</summary>
    public static SnapshotInfo? Find(ISnapshotCatalog snapshots, string tenant, string reference)
    {
        var own = reference.StartsWith($"{tenant}/", StringComparison.OrdinalIgnoreCase) ? reference[(tenant.Length + 1)..] : reference;
        return snapshots.Find(tenant, own.ToLowerInvariant());
    }

    public static bool Matches(string tenant, SnapshotInfo snapshot, string reference)
    {
        var own = reference.StartsWith($"{tenant}/", StringComparison.OrdinalIgnoreCase) ? reference[(tenant.Length + 1)..] : reference;
        own = own.ToLowerInvariant();
        return own == snapshot.Id || own == $"{snapshot.Id}:{DefaultTag}" || own == snapshot.Name || own == $"{snapshot.Name}:{snapshot.Tag}";
    }

    public static SnapshotView View(SnapshotInfo snapshot) => snapshot.Name is { } name
        ? new SnapshotView($"{snapshot.Tenant}/{name}:{snapshot.Tag}", [$"{snapshot.Tenant}/{name}"])
        : new SnapshotView($"{snapshot.Id}:{DefaultTag}", []);
}

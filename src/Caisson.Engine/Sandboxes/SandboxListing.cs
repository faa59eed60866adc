using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

/// <summary>Picks a page out of all sandboxes.</summary>
internal static class SandboxListing
{
    public static SandboxPage Page(IEnumerable<ISandbox> all, string tenant, SandboxQuery query)
    {
        if (query.Limit is < 1 or > 100)
            throw new CaissonException(ErrorCode.InvalidArgument, "the limit must be between 1 and 100");
        var after = query.After is { } mark ? ListCursor.Decode(mark, query.Ascending) : (ListCursor?)null;
        // One reading of each sandbox's info, since it may change under the sort.
        var matching = all.Select(sandbox => (Sandbox: sandbox, sandbox.Info)).Where(item => Matches(item.Info, tenant, query)).ToList();
        matching.Sort((x, y) => query.Ascending ? ListCursor.Compare(x.Info, y.Info) : ListCursor.Compare(y.Info, x.Info));
        var rest = matching.Where(item => after is not { } cursor || cursor.Precedes(item.Info)).Take(query.Limit + 1).ToList();
        var more = rest.Count > query.Limit;
        if (more)
            rest.RemoveAt(query.Limit);
        return new SandboxPage(
            [.. rest.Select(item => item.Sandbox)],
            more ? new ListCursor(rest[^1].Info.StartedAt, rest[^1].Info.Id.Value, query.Ascending).Encode() : null,
            matching.Count(item => item.Info.State == SandboxState.Running));
    }

    private static bool Matches(SandboxInfo info, string tenant, SandboxQuery query) =>
        string.Equals(info.Tenant, tenant, StringComparison.Ordinal)
        && (query.States is not { } states || states.Contains(info.State))
        && (query.StartedAfter is not { } moment || info.StartedAt > moment)
        && (query.Template is not { } template || string.Equals(info.Spec.Template, template, StringComparison.Ordinal))
        && (query.Metadata is not { } labels || labels.All(label => info.Spec.Metadata.TryGetValue(label.Key, out var value) && string.Equals(value, label.Value, StringComparison.Ordinal)));
}

using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Lists a tenant's sandboxes.</summary>
internal static class ListSandboxes
{
    private static readonly SandboxState[] _running = [SandboxState.Running, SandboxState.Pausing, SandboxState.Snapshotting, SandboxState.Forking];
    private static readonly SandboxState[] _paused = [SandboxState.Paused, SandboxState.Resuming];

    public static async Task V2Async(ControlCall call)
    {
        var states = call.Query("state").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (states.Any(state => state is not ("running" or "paused")))
            throw new E2bHttpException(400, "state must be running, paused or both, separated by a comma");
        var running = states.Length == 0 || states.Contains("running", StringComparer.Ordinal);
        var paused = states.Length == 0 || states.Contains("paused", StringComparer.Ordinal);
        var page = List(call, Query(call) with { States = [.. running ? _running : [], .. paused ? _paused : []] });
        if (page.Next is not null)
            call.Http.Response.Headers["X-Next-Token"] = page.Next;
        if (running)
            call.Http.Response.Headers["X-Total-Running"] = page.TotalRunning.ToString(CultureInfo.InvariantCulture);
        await WriteAsync(call, page.Items);
    }

    public static async Task V1Async(ControlCall call)
    {
        var all = new List<ISandbox>();
        var query = new SandboxQuery { Metadata = MetadataFilter.Parse(call.Query("metadata")), States = _running };
        SandboxPage page;
        do
        {
            page = List(call, query);
            all.AddRange(page.Items);
            query = query with { After = page.Next };
        }
        while (page.Next is not null);
        await WriteAsync(call, all);
    }

    private static SandboxQuery Query(ControlCall call)
    {
        var limit = call.Query("limit") is { Length: > 0 } text ? Number(text, "limit") : 100;
        if (limit is < 1 or > 100)
            throw new E2bHttpException(400, "limit must be between 1 and 100");
        var order = call.Query("order");
        if (order is not ("" or "asc" or "desc"))
            throw new E2bHttpException(400, "order must be asc or desc");
        DateTimeOffset? startedAfter = null;
        if (call.Query("startedAfter") is { Length: > 0 } since)
        {
            if (!DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
                throw new E2bHttpException(400, "startedAfter must be an RFC 3339 time");
            startedAfter = moment;
        }

        return new SandboxQuery
        {
            Metadata = MetadataFilter.Parse(call.Query("metadata")),
            StartedAfter = startedAfter,
            Template = call.Query("template") is { Length: > 0 } template ? SnapshotNames.Find(call.Engine.Snapshots, call.Tenant, template)?.Id ?? call.BuildsIfAny?.FindTemplate(call.Tenant, template)?.Id ?? template : null,
            Ascending = order == "asc",
            Limit = limit,
            After = call.Query("nextToken") is { Length: > 0 } token ? token : null,
        };
    }

    private static int Number(string text, string name) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new E2bHttpException(400, $"{name} must be a whole number");

    private static SandboxPage List(ControlCall call, SandboxQuery query)
    {
        try
        {
            return call.Engine.List(call.Tenant, query);
        }
        catch (CaissonException error) when (error.Code == ErrorCode.InvalidArgument && query.After is not null)
        {
            throw new E2bHttpException(400, "nextToken is not valid", error);
        }
    }

    private static Task WriteAsync(ControlCall call, IReadOnlyList<ISandbox> sandboxes) =>
        E2bResponses.WriteAsync(call.Http, 200, [.. sandboxes.Select(sandbox => SandboxViews.Listed(sandbox.Info))], E2bJson.Default.SandboxDetailArray);
}

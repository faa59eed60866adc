using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates;
using Caisson.Server.Api.Processes;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>Creating, looking at, changing and ending sandboxes.</summary>
internal static class SandboxRoutes
{
    private const int MostTimelineEntries = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        var routes = api.MapGroup("/sandboxes").WithTags("sandboxes");
        routes.MapPost("", CreateAsync).Describe("createSandbox", "Creates a sandbox",
            "Answers once the sandbox is ready. With `exec` a program is run at once and its result comes back in the same answer.", Resource.Sandbox, Verb.Write);
        routes.MapGet("", List).Describe("listSandboxes", "Lists live sandboxes",
            "One page of the caller's own, newest first. `metadata` is KEY=VALUE and may be repeated; all must match.", Resource.Sandbox, Verb.Read);
        routes.MapGet("/{id}", Get).Describe("getSandbox", "Describes a sandbox", null, Resource.Sandbox, Verb.Read);
        routes.MapDelete("/{id}", KillAsync).Describe("killSandbox", "Ends a sandbox",
            "Everything it had on the host is gone when the answer comes.", Resource.Sandbox, Verb.Write);
        routes.MapPost("/{id}/timeout", SetTimeoutAsync).Describe("setTimeout", "Moves a sandbox's end", null, Resource.Sandbox, Verb.Write);
        routes.MapPut("/{id}/egress", SetEgressAsync).Describe("setEgress", "Replaces a sandbox's egress policy",
            "Open connections that the new policy refuses are cut.", Resource.Policy, Verb.Write);
        routes.MapGet("/{id}/timeline", Timeline).Describe("readTimeline", "Reads a sandbox's timeline",
            "At most 1000 entries after the entry number `after`, oldest first.", Resource.Timeline, Verb.Read);
        routes.MapGet("/{id}/metrics", MetricsAsync).Describe("readMetrics", "Tells what a sandbox uses", null, Resource.Sandbox, Verb.Read);
    }

    private static async Task<Created<CreatedSandbox>> CreateAsync(
        CreateSandbox body, Call call, ISandboxEngine engine, ITemplateEngine templates, ExecCollector collector, Domain domain, CancellationToken cancellation)
    {
        var spec = SandboxSpecOf.Request(body);
        if (body.Resources is null && templates.Find(call.Caller.Tenant, body.Template) is { } version)
            spec = spec with { Resources = version.Build.Resources };
        else if (body.Resources is null && engine.Snapshots.Find(call.Caller.Tenant, body.Template) is { Memory: not null } snapshot)
            spec = spec with { Resources = snapshot.Resources };
        var exec = body.Exec is null ? null : ExecRequestOf.Body(body.Exec);
        var sandbox = await engine.CreateAsync(call.Caller.Tenant, spec, cancellation);
        ExecResult? result = null;
        if (exec is not null)
        {
            try
            {
                result = await collector.RunAsync(sandbox, exec, body.Exec!.Stdin, cancellation);
            }
            catch (Exception)
            {
                // The caller gets an error in place of the id, so nobody could ever end this sandbox.
                await sandbox.KillAsync(CancellationToken.None);
                throw;
            }
        }

        var created = new CreatedSandbox(SandboxBodyOf.Info(sandbox.Info, domain), sandbox.Info.TrafficToken, result);
        return TypedResults.Created($"/v1/sandboxes/{sandbox.Info.Id}", created);
    }

    private static Ok<SandboxList> List(
        Call call, ISandboxEngine engine, Domain domain,
        string? template = null, SandboxState? state = null, string[]? metadata = null, bool ascending = false, int limit = 100, string? after = null)
    {
        Check.Range(limit, 1, 100, "limit");
        if (state is { } asked && !Enum.IsDefined(asked))
            throw new CaissonException(ErrorCode.InvalidArgument, "'state' is not a state.");
        var page = engine.List(call.Caller.Tenant, new SandboxQuery
        {
            Template = template,
            States = state is { } one ? [one] : null,
            Metadata = metadata is { Length: > 0 } ? metadata.ToDictionary(Key, Value, StringComparer.Ordinal) : null,
            Ascending = ascending,
            Limit = limit,
            After = after,
        });
        return TypedResults.Ok(new SandboxList([.. page.Items.Select(item => SandboxBodyOf.Info(item.Info, domain))], page.Next, page.TotalRunning));

        static string Key(string pair) => pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? pair[..at]
            : throw new CaissonException(ErrorCode.InvalidArgument, "'metadata' must be KEY=VALUE.");

        static string Value(string pair) => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..];
    }

    private static Ok<SandboxBody> Get(string id, Call call, Domain domain) =>
        TypedResults.Ok(SandboxBodyOf.Info(call.Sandbox(id).Info, domain));

    private static async Task<NoContent> KillAsync(string id, Call call, CancellationToken cancellation)
    {
        await call.Sandbox(id).KillAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SetTimeoutAsync(string id, TimeoutBody body, Call call, CancellationToken cancellation)
    {
        var sandbox = call.Sandbox(id);
        var timeout = SandboxSpecOf.Timeout(body.Seconds);
        await (body.ExtendOnly ? sandbox.ExtendAsync(timeout, cancellation) : sandbox.SetTimeoutAsync(timeout, cancellation));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SetEgressAsync(string id, EgressBody body, Call call, CancellationToken cancellation)
    {
        await call.Sandbox(id).UpdateEgressAsync(SandboxSpecOf.Egress(body), cancellation);
        return TypedResults.NoContent();
    }

    private static Ok<TimelineBody> Timeline(string id, Call call, long after = 0, int limit = 100)
    {
        Check.Range(after, 0, long.MaxValue, "after");
        Check.Range(limit, 1, MostTimelineEntries, "limit");
        var entries = call.Sandbox(id).ReadTimeline(after, limit);
        return TypedResults.Ok(new TimelineBody(entries, entries.Count == 0 ? after : entries[^1].Sequence));
    }

    private static async Task<Ok<MetricsBody>> MetricsAsync(string id, Call call, CancellationToken cancellation)
    {
        var sandbox = call.Sandbox(id);
        return TypedResults.Ok(new MetricsBody(await sandbox.UsageAsync(cancellation), sandbox.Metrics));
    }
}

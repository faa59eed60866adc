using Caisson.Core.Failures;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Caisson.Server.Api.Sandboxes;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Snapshots;

/// <summary>Pausing, keeping and copying sandboxes.</summary>
internal static class SnapshotRoutes
{
    private const int LongestTimeout = 30 * 24 * 3600;

    public static void Map(RouteGroupBuilder api)
    {
        var sandboxes = api.MapGroup("/sandboxes/{id}").WithTags("sandboxes");
        sandboxes.MapPost("/pause", PauseAsync).Describe("pauseSandbox", "Stops a sandbox where it stands",
            "Its processes keep their memory and use no processor time; with `memory: false` they end and its files are kept alone. Streams from it end.", Resource.Sandbox, Verb.Write);
        sandboxes.MapPost("/resume", ResumeAsync).Describe("resumeSandbox", "Lets a paused sandbox go on", null, Resource.Sandbox, Verb.Write);
        sandboxes.MapPost("/snapshots", SnapshotAsync).Describe("createSnapshot", "Keeps a sandbox's files, and its processes where its wall can",
            "The sandbox stands still for a moment. Where processes run and its wall cannot copy them it is refused; `memory: false` takes the files alone.", Resource.Sandbox, Verb.Write);
        sandboxes.MapPost("/fork", ForkAsync).Describe("forkSandbox", "Starts sandboxes from what a sandbox is now",
            "The sandbox stands still for a moment. Where processes run and its wall cannot copy them it is refused; `memory: false` takes the files alone.", Resource.Sandbox, Verb.Write);
        var snapshots = api.MapGroup("/snapshots").WithTags("snapshots");
        snapshots.MapGet("", List).Describe("listSnapshots", "Lists snapshots", null, Resource.Sandbox, Verb.Read);
        snapshots.MapDelete("/{id}", DeleteAsync).Describe("deleteSnapshot", "Forgets a snapshot", "Sandboxes started from it go on.", Resource.Sandbox, Verb.Write);
    }

    private static async Task<NoContent> PauseAsync(string id, PauseBody? body, Call call, CancellationToken cancellation)
    {
        await call.Sandbox(id).PauseAsync(body?.Memory ?? true, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ResumeAsync(string id, ResumeBody? body, Call call, CancellationToken cancellation)
    {
        if (body?.TimeoutSeconds is { } seconds)
            Check.Range(seconds, 1, LongestTimeout, "timeoutSeconds");
        await call.Sandbox(id).ResumeAsync(body?.TimeoutSeconds is { } given ? TimeSpan.FromSeconds(given) : null, body?.Memory ?? true, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Created<SnapshotBody>> SnapshotAsync(string id, CreateSnapshot body, Call call, CancellationToken cancellation)
    {
        var snapshot = await call.Sandbox(id).SnapshotAsync(new SnapshotRequest(body.Name, body.Tag ?? "", LeaveProcesses: !body.Memory), cancellation);
        return TypedResults.Created($"/v1/snapshots/{snapshot.Id}", SnapshotBody.Of(snapshot));
    }

    private static async Task<Ok<ForkList>> ForkAsync(string id, CreateForks body, Call call, Domain domain, CancellationToken cancellation)
    {
        Check.Range(body.TimeoutSeconds, 1, LongestTimeout, "timeoutSeconds");
        var request = new ForkRequest(body.Count, TimeSpan.FromSeconds(body.TimeoutSeconds), LeaveProcesses: !body.Memory);
        var outcomes = await call.Sandbox(id).ForkAsync(request, cancellation);
        return TypedResults.Ok(new ForkList([.. outcomes.Select(outcome => new ForkBody(
            outcome.Sandbox is { } made ? new CreatedSandbox(SandboxBodyOf.Info(made.Info, domain), made.Info.TrafficToken, null) : null,
            outcome.Failure?.Message))]));
    }

    private static Ok<SnapshotList> List(Call call, ISandboxEngine engine) =>
        TypedResults.Ok(new SnapshotList([.. engine.Snapshots.List(call.Caller.Tenant).Select(SnapshotBody.Of)]));

    private static async Task<NoContent> DeleteAsync(string id, Call call, ISandboxEngine engine, CancellationToken cancellation) =>
        await engine.Snapshots.DeleteAsync(call.Caller.Tenant, id, cancellation)
            ? TypedResults.NoContent()
            : throw new CaissonException(ErrorCode.NotFound, $"snapshot '{id}' not found");
}

using Caisson.Engine.Rollouts;
using Caisson.Server.Api.Processes;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Rollouts;

/// <summary>Submitting, following and ending rollouts.</summary>
internal static class RolloutRoutes
{
    // A batch carries its code and files in one body, and is held in memory until it is on disk.
    private static readonly BodyLimit _batch = new(64 << 20);

    public static void Map(RouteGroupBuilder api)
    {
        var routes = api.MapGroup("/rollouts").WithTags("rollouts");
        routes.MapPost("", SubmitAsync).Describe("submitRollout", "Runs a batch of independent executions",
            "Each has a sandbox of its own. With `Accept: application/x-ndjson` results are streamed as they come, one JSON object a line (`rollout`, `result`, `end`); "
            + "else the answer comes once the batch is kept. Either way it goes on when the caller goes away. A full queue answers 429.",
            Resource.Rollout, Verb.Write)
            .WithMetadata(_batch).Produces<RolloutBody>(202).Produces<RolloutLine>(200, ExecStream.MediaType);
        routes.MapGet("/{id}", Get).Describe("getRollout", "Describes a rollout", null, Resource.Rollout, Verb.Read);
        routes.MapGet("/{id}/results", ResultsAsync).Describe("readRolloutResults", "Streams a rollout's results",
            "Those after the result number `after`, in the order in which they came, one JSON object a line, until the rollout ends.", Resource.Rollout, Verb.Read)
            .Produces<RolloutLine>(200, ExecStream.MediaType);
        routes.MapDelete("/{id}", CancelAsync).Describe("cancelRollout", "Ends a rollout",
            "Nothing of it runs any more when the answer comes; results so far stay readable. Harmless when it has ended.", Resource.Rollout, Verb.Write);
    }

    private static async Task<IResult> SubmitAsync(
        SubmitRollout body, Call call, IRolloutEngine engine, RolloutStream stream, HttpContext context, CancellationToken cancellation)
    {
        var info = await engine.SubmitAsync(call.Caller.Tenant, RolloutRequestOf.Body(body), cancellation);
        if (!WantsStream(context.Request))
            return TypedResults.Accepted($"/v1/rollouts/{info.Id}", RolloutBody.Of(info));
        context.Response.Headers.Location = $"/v1/rollouts/{info.Id}";
        await stream.WriteAsync(context, call.Caller.Tenant, info.Id, 0);
        return TypedResults.Empty;
    }

    private static Ok<RolloutBody> Get(string id, Call call, IRolloutEngine engine) => TypedResults.Ok(RolloutBody.Of(engine.Get(call.Caller.Tenant, id)));

    private static async Task<EmptyHttpResult> ResultsAsync(string id, Call call, RolloutStream stream, HttpContext context, long after = 0)
    {
        Check.Range(after, 0, long.MaxValue, "after");
        await stream.WriteAsync(context, call.Caller.Tenant, id, after);
        return TypedResults.Empty;
    }

    private static async Task<NoContent> CancelAsync(string id, Call call, IRolloutEngine engine, CancellationToken cancellation)
    {
        await engine.CancelAsync(call.Caller.Tenant, id, cancellation);
        return TypedResults.NoContent();
    }

    private static bool WantsStream(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(ExecStream.MediaType, StringComparison.OrdinalIgnoreCase));
}

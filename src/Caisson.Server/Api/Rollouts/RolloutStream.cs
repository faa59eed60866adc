using System.Text.Json;
using Caisson.Engine.Rollouts;
using Caisson.Server.Api.Json;
using Caisson.Server.Api.Processes;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Caisson.Server.Api.Rollouts;

/// <summary>Writes a rollout's results as one JSON object a line while they come; a caller who goes away leaves it running.</summary>
internal sealed class RolloutStream(IRolloutEngine engine, IHostApplicationLifetime lifetime)
{
    private static readonly byte[] _newLine = "\n"u8.ToArray();

    /// <summary>Writes the results after a number until the rollout ends.</summary>
    public async Task WriteAsync(HttpContext context, string tenant, string id, long after)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var results = engine.ReadAsync(tenant, id, after, stop.Token);
        var began = new RolloutBeganLine(RolloutBody.Of(engine.Get(tenant, id)));
        // Results lie on disk: a reader may stop for as long as it likes.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        context.Response.ContentType = ExecStream.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await LineAsync(context, began, stop.Token);
            await foreach (var result in results)
                await LineAsync(context, RolloutResultLine.Of(result), stop.Token);
            await LineAsync(context, new RolloutEndedLine(RolloutBody.Of(engine.Get(tenant, id))), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ending the body in good order would read as the rollout's end.
            context.Abort();
        }
    }

    private static async Task LineAsync(HttpContext context, RolloutLine line, CancellationToken cancellation)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, line, ApiJson.Default.RolloutLine, cancellation);
        await context.Response.Body.WriteAsync(_newLine, cancellation);
        await context.Response.Body.FlushAsync(cancellation);
    }
}

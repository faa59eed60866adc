using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Caisson.Engine.Rollouts;
using Caisson.Server.Api.Json;
using Caisson.Server.Api.Processes;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Caisson.Server.Api.Rollouts;

/// <summary>Writes a rollout's results as one JSON object a line while they come; a caller who goes away leaves it running.</summary>
internal sealed class RolloutStream(IRolloutEngine engine, IHostApplicationLifetime lifetime)
{
    private const int Piece = 64 << 10;

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
            var body = context.Response.BodyWriter;
            Line(body, began);
            await body.FlushAsync(stop.Token);
            var unflushed = 0L;
            await using var each = results.GetAsyncEnumerator(stop.Token);
            while (true)
            {
                var next = each.MoveNextAsync().AsTask();
                // What is there is sent together; what has to be waited for keeps nothing back.
                if (!next.IsCompleted || unflushed > Piece)
                {
                    await body.FlushAsync(stop.Token);
                    unflushed = 0;
                }

                if (!await next)
                    break;
                unflushed += Line(body, RolloutResultLine.Of(each.Current));
            }

            Line(body, new RolloutEndedLine(RolloutBody.Of(engine.Get(tenant, id))));
            await body.FlushAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ending the body in good order would read as the rollout's end.
            context.Abort();
        }
    }

    private static long Line(PipeWriter body, RolloutLine line)
    {
        using var json = new Utf8JsonWriter(body);
        JsonSerializer.Serialize(json, line, ApiJson.Default.RolloutLine);
        json.Flush();
        body.Write("\n"u8);
        return json.BytesCommitted;
    }
}

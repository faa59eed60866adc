using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;
using Caisson.Server.Api.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Caisson.Server.Api.Processes;

/// <summary>Writes an execution as one JSON object a line while it runs; a caller who goes away leaves it running.</summary>
internal sealed class ExecStream(TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>The media type of such a stream.</summary>
    public const string MediaType = "application/x-ndjson";

    private static readonly byte[] _newLine = "\n"u8.ToArray();

    /// <summary>Writes the lines of an execution until its end.</summary>
    public async Task WriteAsync(HttpContext context, ISandbox sandbox, IExecution execution, long mark)
    {
        // A reader may stop for as long as it likes: the program then waits, as it would before a pager.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-store";
        await LineAsync(context, new StartedLine(execution.Pid), stop.Token);
        try
        {
            await foreach (var item in execution.ReadAsync(stop.Token))
            {
                await LineAsync(
                    context,
                    item switch
                    {
                        ExecOutputEvent piece => new OutputLine(Name(piece.Stream), piece.Offset, piece.Data),
                        ExecExited exited => ExecOutcome.Of(exited, Denials.Since(sandbox, mark)),
                        _ => throw new InvalidOperationException("The guest sent an event that this version does not know."),
                    },
                    stop.Token);
            }
        }
        catch (CaissonException failure)
        {
            await LineAsync(context, ExecOutcome.Of(failure, sandbox, Denials.Since(sandbox, mark), time), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ending the body in good order would read as the program's end.
            context.Abort();
        }
    }

    private static string Name(OutputStream stream) => stream switch
    {
        OutputStream.StandardError => "stderr",
        OutputStream.Terminal => "terminal",
        _ => "stdout",
    };

    private static async Task LineAsync(HttpContext context, ExecLine line, CancellationToken cancellation)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, line, ApiJson.Default.ExecLine, cancellation);
        await context.Response.Body.WriteAsync(_newLine, cancellation);
        await context.Response.Body.FlushAsync(cancellation);
    }
}

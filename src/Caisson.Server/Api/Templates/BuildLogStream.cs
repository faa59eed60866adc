using System.Text.Json;
using Caisson.Engine.Templates;
using Caisson.Server.Api.Json;
using Caisson.Server.Api.Processes;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Caisson.Server.Api.Templates;

/// <summary>Writes a build's log as one JSON object a line while it comes.</summary>
internal sealed class BuildLogStream(ITemplateEngine engine, IHostApplicationLifetime lifetime)
{
    private static readonly byte[] _newLine = "\n"u8.ToArray();

    /// <summary>Writes the lines after so many until the build ends.</summary>
    public async Task WriteAsync(HttpContext context, string tenant, string build, int after)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        _ = engine.GetBuild(tenant, build);
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        context.Response.ContentType = ExecStream.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await context.Response.StartAsync(stop.Token);
            await foreach (var entry in engine.FollowLogAsync(tenant, build, after, stop.Token))
            {
                await JsonSerializer.SerializeAsync(context.Response.Body, BuildLogLine.Of(entry), ApiJson.Default.BuildLogLine, stop.Token);
                await context.Response.Body.WriteAsync(_newLine, stop.Token);
                await context.Response.Body.FlushAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ending the body in good order would read as the build's end.
            context.Abort();
        }
    }
}

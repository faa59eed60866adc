using Caisson.Dialects.E2b.ControlPlane;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd.Rest;

/// <summary>What a sandbox tells about itself.</summary>
internal static class EnvdInfo
{
    public static Task HealthAsync(EnvdCall call)
    {
        call.Http.Response.Headers.CacheControl = "no-store";
        if (call.Guest.Closed.IsCompleted)
            return Routing.ProxyErrors.NotFoundAsync(call.Http, call.Sandbox.Info.Id.Value);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static async Task MetricsAsync(EnvdCall call)
    {
        var resources = call.Sandbox.Info.Spec.Resources;
        var usage = await call.Sandbox.UsageAsync(call.Cancellation);
        var statistics = await call.Guest.StatisticsAsync(call.Cancellation);
        var used = Math.Max(0, usage.MemoryBytes - usage.CacheBytes);
        var metrics = new EnvdMetrics(
            call.Time.GetUtcNow().ToUnixTimeSeconds(),
            SandboxViews.Cpus(resources.Cpus),
            call.Sandbox.Metrics is [.., var last] ? Math.Round(last.CpuPercent, 2) : 0,
            resources.MemoryBytes,
            used,
            usage.CacheBytes,
            resources.MemoryBytes >> 20,
            used >> 20,
            statistics.DiskUsedBytes,
            statistics.DiskTotalBytes);
        call.Http.Response.Headers.CacheControl = "no-store";
        await E2bResponses.WriteAsync(call.Http, 200, metrics, E2bJson.Default.EnvdMetrics);
    }

    public static Task EnvironmentAsync(EnvdCall call)
    {
        call.Http.Response.Headers.CacheControl = "no-store";
        return E2bResponses.WriteAsync(call.Http, 200, SandboxEnvironment.Of(call.Sandbox.Info), E2bJson.Default.IReadOnlyDictionaryStringString);
    }
}

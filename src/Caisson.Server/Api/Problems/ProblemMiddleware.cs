using Caisson.Server.Api.Json;

namespace Caisson.Server.Api.Problems;

/// <summary>The one place where exceptions become answers.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }
                && context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
                await WriteAsync(context, ProblemOf.Status(context.Response.StatusCode));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception)
        {
            var problem = ProblemOf.Exception(exception);
            if (problem.Status >= 500)
                RequestFailed(context.Request.Method, context.Request.Path, exception);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await WriteAsync(context, problem);
        }
    }

    private static async Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.Headers.CacheControl = "no-store";
        if (problem.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        await context.Response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, "application/problem+json", context.RequestAborted);
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Caisson.Core.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.SandboxFusion.Http;

/// <summary>What every route of the dialect shares: who calls, the body, and failures in the protocol's words.</summary>
internal static partial class FusionEndpoint
{
    private const long MostBody = 64 << 20;
    private const int Deepest = 32;

    /// <summary>Maps a route that takes a JSON object and answers another.</summary>
    public static void Map<TAnswer>(
        IEndpointRouteBuilder endpoints, string path, Func<IServiceProvider, BodyReader, string, CancellationToken, Task<TAnswer>> answer, JsonTypeInfo<TAnswer> form) =>
        endpoints.MapPost(path, context => AnswerAsync(context, path, answer, form)).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBody)).ExcludeFromDescription();

    /// <summary>The tenant of a request; refused with 401 where there is none.</summary>
    public static async ValueTask<string> TenantAsync(HttpContext context) =>
        await context.RequestServices.GetRequiredService<ICallers>().TenantOfAsync(context)
        ?? throw new FusionException(StatusCodes.Status401Unauthorized, "Requests without an API key are answered over loopback only, and only where the server was told so.");

    /// <summary>Writes what went wrong.</summary>
    public static Task FailAsync(HttpContext context, string path, Exception failure)
    {
        var (status, fields) = failure switch
        {
            FusionException known => (known.Status, known.Fields),
            BadHttpRequestException bad => (bad.StatusCode, null),
            CaissonException { Code: ErrorCode.ResourceExhausted } => (StatusCodes.Status429TooManyRequests, null),
            CaissonException { Code: ErrorCode.Unavailable } => (StatusCodes.Status503ServiceUnavailable, null),
            CaissonException { Code: ErrorCode.InvalidArgument or ErrorCode.NotFound } => (StatusCodes.Status400BadRequest, null),
            _ => (StatusCodes.Status500InternalServerError, (IReadOnlyList<FieldError>?)null),
        };
        if (status == StatusCodes.Status500InternalServerError)
            LogFailed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SandboxFusionDialect)), failure, path);
        context.Response.StatusCode = status;
        if (fields is not null)
            return context.Response.WriteAsJsonAsync(new ValidationDetail(fields), FusionJson.Default.ValidationDetail, cancellationToken: context.RequestAborted);
        var detail = failure is FusionException or CaissonException or BadHttpRequestException ? failure.Message : "the server failed";
        return context.Response.WriteAsJsonAsync(new FailureDetail(detail, status == StatusCodes.Status500InternalServerError ? [] : null), FusionJson.Default.FailureDetail, cancellationToken: context.RequestAborted);
    }

    private static async Task AnswerAsync<TAnswer>(
        HttpContext context, string path, Func<IServiceProvider, BodyReader, string, CancellationToken, Task<TAnswer>> answer, JsonTypeInfo<TAnswer> form)
    {
        try
        {
            var tenant = await TenantAsync(context);
            // A web page can send other types without asking first; none of them may run anything here.
            if (!context.Request.HasJsonContentType())
                throw new FusionException(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
            using var body = await ReadAsync(context);
            var result = await answer(context.RequestServices, new BodyReader(body.RootElement), tenant, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(result, form, cancellationToken: context.RequestAborted);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(context, path, failure);
        }
    }

    private static async Task<JsonDocument> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = Deepest }, context.RequestAborted);
        }
        catch (JsonException)
        {
            throw FusionException.Field("json_invalid", "JSON decode error", JsonSerializer.SerializeToElement("body", FusionJson.Default.String));
        }
    }
}

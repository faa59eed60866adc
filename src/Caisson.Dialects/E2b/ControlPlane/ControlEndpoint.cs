using Caisson.Core.Failures;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Wraps every control-plane operation: the key is checked before, failures become error bodies after.</summary>
internal static partial class ControlEndpoint
{
    public static RequestDelegate Of(Func<ControlCall, Task> operation) => http => InvokeAsync(http, operation);

    private static async Task InvokeAsync(HttpContext http, Func<ControlCall, Task> operation)
    {
        try
        {
            await operation(new ControlCall(http, await AuthenticateAsync(http)));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            var (status, message) = Describe(error);
            if (status == 500)
                LogFailed(http.RequestServices.GetRequiredService<ILogger<ControlCall>>(), error, http.Request.Method, http.Request.Path);
            await E2bResponses.WriteErrorAsync(http, status, message);
        }
    }

    private static async ValueTask<Caller> AuthenticateAsync(HttpContext http)
    {
        var key = http.Request.Headers["X-API-KEY"].ToString();
        var keys = http.RequestServices.GetRequiredService<IApiKeyAuthenticator>();
        var caller = key.Length is 0 or > 512 ? null : await keys.AuthenticateAsync(key, http.RequestAborted);
        if (caller is null)
            throw new E2bHttpException(401, key.Length == 0 ? "the header X-API-KEY is missing" : "the API key is not valid");
        var reads = HttpMethods.IsGet(http.Request.Method);
        if (!caller.Scopes.Any(scope => scope is "admin" or "exec" || (reads && scope == "read")))
            throw new E2bHttpException(403, $"the API key lacks the scope \"{(reads ? "read" : "exec")}\"");
        return caller;
    }

    private static (int Status, string Message) Describe(Exception error) => error switch
    {
        E2bHttpException known => (known.Status, known.Message),
        CaissonException { Code: not ErrorCode.Internal } failure => (E2bError.From(failure).Code, E2bError.From(failure).Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        _ => (500, "internal error"),
    };
}

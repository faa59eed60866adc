using System.Text.Json.Serialization.Metadata;
using Caisson.Dialects.SweRex.Sandboxes;
using Caisson.Dialects.SweRex.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>What every call shares: whose it is, for which sandbox, what was answered before, and failures in the protocol's words.</summary>
internal sealed partial class SweRexEndpoint(ISweRexCallers callers, NamedSandboxes sandboxes, SweRexOptions options, ILogger<SweRexEndpoint> logger)
{
    private const int LongestRequestId = 128;
    private readonly ILogger _logger = logger;

    /// <summary>Answers one request; <paramref name="path"/> names the sandbox, or is null at the root.</summary>
    public async Task AnswerAsync(HttpContext http, string name, string? path)
    {
        Answer answer;
        try
        {
            answer = await DoAsync(http, name, path);
        }
        catch (Exception failure) when (!http.RequestAborted.IsCancellationRequested)
        {
            answer = OfFailure(failure, name);
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private async Task<Answer> DoAsync(HttpContext http, string name, string? path)
    {
        var asked = RequestAddress.Of(http.Request, path);
        var caller = await callers.FindAsync(asked.Key, http.RequestAborted)
            ?? throw new RefusedException(StatusCodes.Status401Unauthorized, "The API key is unknown, revoked or expired.");
        if (!SweRexCalls.ByName.TryGetValue(name, out var route))
            throw new RefusedException(StatusCodes.Status404NotFound, "Not Found");
        if (!HttpMethods.Equals(http.Request.Method, route.Method))
            throw new RefusedException(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        if (!(route.OnFiles ? caller.Files : caller.Runs))
            throw new RefusedException(StatusCodes.Status403Forbidden, $"This key may not do that. Use a key with the scope '{(route.OnFiles ? "files" : "exec")}'.");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = route.IsLarge ? options.UploadBytes : options.BodyBytes;
        var address = asked.For(caller);
        var id = IdOf(http.Request, name);
        if (id is not null && sandboxes.AnswerOf(address, id) is { } before)
            return before;
        Answer answer;
        try
        {
            answer = new Answer(StatusCodes.Status200OK, await route.Call(new SweRexCall(http, address, sandboxes, options)));
        }
        catch (RaisedFailure raised)
        {
            answer = OfFailure(raised, name);
        }

        if (id is not null)
            sandboxes.Remember(address, id, answer);
        return answer;
    }

    // The call belongs to what is kept, so that an id cannot fetch the answer of another call.
    private static string? IdOf(HttpRequest request, string name) => request.Headers["X-Request-ID"] is [{ Length: > 0 and <= LongestRequestId } id] ? $"{name} {id}" : null;

    private Answer OfFailure(Exception failure, string name)
    {
        var known = FailureStatus.Of(failure);
        if (known == StatusCodes.Status500InternalServerError)
            LogFailed(failure, name);
        return failure switch
        {
            RaisedFailure raised => Body(known, new RaisedBody(raised.Wire), SweRexJson.Default.RaisedBody),
            RefusedException { Field: { } field } => Body(known, new InvalidBody([field]), SweRexJson.Default.InvalidBody),
            _ => Body(known, new RefusedBody(FailureStatus.Detail(failure)), SweRexJson.Default.RefusedBody),
        };
    }

    private static Answer Body<T>(int status, T value, JsonTypeInfo<T> type) => new(status, SweRexCall.Answer(value, type));
}

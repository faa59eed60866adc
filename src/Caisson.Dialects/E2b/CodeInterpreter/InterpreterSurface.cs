using Caisson.Core.Failures;
using Caisson.Dialects.E2b.CodeInterpreter.Wire;
using Caisson.Dialects.E2b.Envd;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Routing;
using Caisson.Engine.Sandboxes;
using Caisson.Interpreter;
using Caisson.Interpreter.Contexts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Caisson.Dialects.E2b.CodeInterpreter;

/// <summary>Serves what the code interpreter serves on a port of an E2B sandbox, on the host.</summary>
internal sealed class InterpreterSurface(ICodeInterpreter interpreters, IOptions<E2bOptions> options, TimeProvider time)
{
    /// <summary>Whether requests to a port of a sandbox are for its interpreter.</summary>
    public bool Serves(SandboxInfo sandbox, int port) => port == E2bOptions.InterpreterPort && interpreters.Serves(sandbox);

    public async Task InvokeAsync(HttpContext http, ISandbox sandbox)
    {
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            Cors.AnswerPreflight(http);
            return;
        }

        Cors.Allow(http);
        if (!await TrafficTokens.AdmitAsync(http, sandbox.Info))
            return;
        try
        {
            await RouteAsync(http, sandbox);
        }
        catch (E2bHttpException refused) when (!http.Response.HasStarted)
        {
            await PlainAsync(http, refused.Status, refused.Message);
        }
        catch (CaissonException failure) when (!http.Response.HasStarted && failure.Code is not (ErrorCode.Internal or ErrorCode.Unavailable))
        {
            await PlainAsync(http, E2bError.From(failure).Code, failure.Remedy is { } remedy ? $"{failure.Message}. {remedy}" : failure.Message);
        }
    }

    private Task RouteAsync(HttpContext http, ISandbox sandbox)
    {
        var segments = (http.Request.Path.Value ?? "/").Trim('/').Split('/');
        return (http.Request.Method, segments) switch
        {
            ("GET", ["health"]) => PlainAsync(http, 200, "OK"),
            ("POST", ["execute"]) => ExecuteAsync(http, sandbox),
            ("GET", ["contexts"]) => ListAsync(http, sandbox),
            ("POST", ["contexts"]) => CreateAsync(http, sandbox),
            ("POST", ["contexts", var id, "restart"]) => DoneAsync(http, interpreters.Of(sandbox).RestartAsync(id, http.RequestAborted)),
            ("DELETE", ["contexts", var id]) => DoneAsync(http, interpreters.Of(sandbox).RemoveAsync(id, http.RequestAborted)),
            (_, ["health" or "execute" or "contexts", ..]) => PlainAsync(http, 405, $"{http.Request.Method} is not allowed on {http.Request.Path}"),
            _ => PlainAsync(http, 404, $"{http.Request.Path} is not a route of the code interpreter"),
        };
    }

    private async Task ExecuteAsync(HttpContext http, ISandbox sandbox)
    {
        if (!AccessTokens.Match(http.Request.Headers[EnvdAccess.TokenHeader].ToString(), sandbox.Info.AccessToken))
            throw new E2bHttpException(401, $"the header {EnvdAccess.TokenHeader} is missing or not this sandbox's");
        var body = await E2bRequests.ReadAsync(http, options.Value.MaxMessageBytes, E2bJson.Default.ExecuteRequest);
        await Execute.InvokeAsync(http, interpreters.Of(sandbox), body, time);
    }

    private async Task ListAsync(HttpContext http, ISandbox sandbox)
    {
        var contexts = await interpreters.Of(sandbox).ListAsync(http.RequestAborted);
        await E2bResponses.WriteAsync(http, 200, [.. contexts.Select(View)], E2bJson.Default.ContextViewArray);
    }

    private async Task CreateAsync(HttpContext http, ISandbox sandbox)
    {
        var body = await E2bRequests.ReadAsync(http, options.Value.MaxRequestBytes, E2bJson.Default.ContextRequest);
        var context = await interpreters.Of(sandbox).CreateAsync(body.Language, body.Cwd, http.RequestAborted);
        await E2bResponses.WriteAsync(http, 200, View(context), E2bJson.Default.ContextView);
    }

    private static async Task DoneAsync(HttpContext http, Task work)
    {
        await work;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync("null", http.RequestAborted);
    }

    private static ContextView View(ContextInfo context) => new(context.Id, context.Language, context.WorkingDirectory);

    private static Task PlainAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}

using Caisson.Core.Failures;
using Caisson.Dialects.E2b.CodeInterpreter;
using Caisson.Dialects.E2b.Envd;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Takes the requests that are for a sandbox out of the server's stream and leaves the rest alone.</summary>
internal sealed partial class DataPlane(
    RequestDelegate next, ISandboxEngine engine, EnvdSurface envd, InterpreterSurface interpreter, PortProxy proxy, TimeProvider time, ILogger<DataPlane> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        SandboxAddress? address;
        try
        {
            address = AddressReader.Read(http.Request);
        }
        catch (E2bHttpException error)
        {
            Cors.Allow(http);
            http.Response.StatusCode = error.Status;
            await http.Response.WriteAsync(error.Message, http.RequestAborted);
            return;
        }

        if (address is { } known)
            await ServeAsync(http, engine.Find(known.Id), known);
        else if (Cors.IsRoutedPreflight(http.Request))
            Cors.AnswerPreflight(http);
        else if (IsForFiles(http.Request))
            await ServeSignedAsync(http);
        else
            await next(http);
    }

    private static bool IsForFiles(HttpRequest request) =>
        request.Path == "/files" && (HttpMethods.IsGet(request.Method) || HttpMethods.IsPost(request.Method));

    // Such a URL names no sandbox: it belongs to the one whose token made the signature. All are tried, so time tells nothing.
    private async Task ServeSignedAsync(HttpContext http)
    {
        var url = SignedUrl.Read(http.Request);
        ISandbox? owner = null;
        foreach (var sandbox in engine.All)
        {
            if (url.IsBy(sandbox.Info.AccessToken))
                owner = sandbox;
        }

        if (owner is not null)
        {
            await ServeAsync(http, owner, new SandboxAddress(owner.Info.Id.Value, E2bOptions.EnvdPort));
            return;
        }

        Cors.Allow(http);
        await E2bResponses.WriteErrorAsync(http, 401, url.Signature.Length == 0 ? EnvdAccess.SignatureMissing : EnvdAccess.SignatureInvalid);
    }

    private async Task ServeAsync(HttpContext http, ISandbox? sandbox, SandboxAddress address)
    {
        if (sandbox is null || !await SandboxWaking.TryAsync(http, sandbox, address, time.GetUtcNow()))
        {
            if (!http.Response.HasStarted)
                await ProxyErrors.NotFoundAsync(http, address.Id);
            return;
        }

        RequestLimits.Lift(http);
        var caller = http.RequestAborted;
        await using var presence = SandboxPresence.Watch(http, sandbox);
        try
        {
            if (address.Port == E2bOptions.EnvdPort)
                await envd.InvokeAsync(http, sandbox);
            else if (interpreter.Serves(sandbox.Info, address.Port))
                await interpreter.InvokeAsync(http, sandbox);
            else
                await proxy.InvokeAsync(http, sandbox, address.Port);
        }
        catch (Exception error)
        {
            await EndAsync(http, sandbox, error, presence, caller);
        }
    }

    private async Task EndAsync(HttpContext http, ISandbox sandbox, Exception error, SandboxPresence presence, CancellationToken caller)
    {
        if (caller.IsCancellationRequested)
            return;
        var gone = sandbox.Ended.IsCompleted || await SandboxPresence.IsGoneAsync(sandbox, error);
        await presence.DisposeAsync();
        if (!gone)
            LogFailed(logger, error, http.Request.Method, http.Request.Path);

        // Clients tell a dead sandbox by the connection breaking under an answer that has begun.
        if (http.Response.HasStarted)
            http.Abort();
        else if (gone)
            await ProxyErrors.NotFoundAsync(http, sandbox.Info.Id.Value);
        else if (error is CaissonException { Code: not ErrorCode.Internal } failure)
            await E2bResponses.WriteErrorAsync(http, E2bError.From(failure).Code, E2bError.From(failure).Message);
        else
            await E2bResponses.WriteErrorAsync(http, 500, "internal error");
    }
}

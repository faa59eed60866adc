using System.Collections.Frozen;
using Caisson.Connect;
using Caisson.Dialects.E2b.Envd.Filesystem;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Routing;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>Serves what envd serves inside an E2B sandbox, on the host.</summary>
internal sealed class EnvdSurface
{
    private readonly FrozenDictionary<string, RequestDelegate> _routes;
    private readonly FrozenSet<string> _paths;

    public EnvdSurface(IOptions<E2bOptions> options, DirectoryWatchers watchers, ILogger<EnvdSurface> logger)
    {
        var translation = new RpcFailures(logger);
        var terms = new ConnectOptions { MaxMessageBytes = options.Value.MaxMessageBytes, Translate = translation.Translate };
        _routes = EnvdRoutes.Build(terms, watchers).ToFrozenDictionary(StringComparer.Ordinal);
        _paths = _routes.Keys.Select(key => key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..]).ToFrozenSet(StringComparer.Ordinal);
    }

    public async Task InvokeAsync(HttpContext http, ISandbox sandbox)
    {
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            Cors.AnswerPreflight(http);
            return;
        }

        Cors.Allow(http);
        var path = http.Request.Path.Value ?? "/";
        if (EnvdRoutes.Internal.Contains(path))
        {
            await ProxyErrors.InternalRouteAsync(http, sandbox.Info.Id.Value);
            return;
        }

        var call = new EnvdCall(http, sandbox);
        http.Features.Set(call);
        try
        {
            EnvdAccess.Check(call);
        }
        catch (E2bHttpException refused)
        {
            await E2bResponses.WriteErrorAsync(http, refused.Status, refused.Message);
            return;
        }

        if (_routes.TryGetValue($"{http.Request.Method} {path}", out var route))
            await route(http);
        else if (_paths.Contains(path))
            await E2bResponses.WriteErrorAsync(http, 405, $"{http.Request.Method} is not allowed on {path}");
        else
            await E2bResponses.WriteErrorAsync(http, 404, $"{path} is not a route of envd");
    }
}

using System.Net;
using Caisson.Dialects.SandboxFusion;
using Caisson.Server.Hosting;

namespace Caisson.Server.Auth;

/// <summary>Who calls the SandboxFusion dialect: a key as everywhere, or, since its clients send none, a program of this very host where the server was told so.</summary>
internal sealed class SandboxFusionCallers(ServerOptions options, ApiKeyAuthenticator keys) : ICallers
{
    // A proxy on this host would make the whole network look like it.
    private static readonly string[] _proxied = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    /// <inheritdoc/>
    public async ValueTask<string?> TenantOfAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey("X-API-KEY") || request.Headers.ContainsKey("Authorization"))
        {
            return Credentials.Of(request) is { } key && await keys.AuthenticateAsync(key, context.RequestAborted) is { } caller
                && Authorizer.Allows(caller, new Access(Resource.Rollout, Verb.Write))
                ? caller.Tenant
                : null;
        }

        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !_proxied.Any(request.Headers.ContainsKey) && OriginCheck.Allows(request)
            ? options.SandboxFusion
            : null;
    }
}

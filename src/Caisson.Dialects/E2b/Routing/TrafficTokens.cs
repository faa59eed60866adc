using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Guards the ports of private sandboxes.</summary>
internal static class TrafficTokens
{
    public const string Header = "e2b-traffic-access-token";

    /// <summary>Answers 403 and returns false where the request may not pass.</summary>
    public static async ValueTask<bool> AdmitAsync(HttpContext http, SandboxInfo info)
    {
        if (info.Spec.Ingress.Public)
            return true;
        var given = http.Request.Headers[Header].ToString();
        if (given.Length == 0)
        {
            await ProxyErrors.TokenMissingAsync(http, info.Id.Value);
            return false;
        }

        if (info.TrafficToken is { } expected && AccessTokens.Match(given, expected))
            return true;
        await ProxyErrors.TokenInvalidAsync(http, info.Id.Value);
        return false;
    }
}

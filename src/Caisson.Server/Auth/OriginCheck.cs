using Microsoft.Net.Http.Headers;

namespace Caisson.Server.Auth;

/// <summary>Tells requests that a foreign web page made with the visitor's browser.</summary>
internal static class OriginCheck
{
    /// <summary>Whether a request may change state: no browser sent it, or a page of this very origin did.</summary>
    public static bool Allows(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return true;
        if (request.Headers["Sec-Fetch-Site"].Any(site => site is "cross-site" or "same-site"))
            return false;
        var origin = request.Headers[HeaderNames.Origin];
        return origin.Count == 0
            || (origin.Count == 1 && string.Equals(origin[0], $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase));
    }
}

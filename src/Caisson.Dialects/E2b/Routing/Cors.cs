using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Lets browsers of any origin call envd; what grants access is a token, never a cookie.</summary>
internal static class Cors
{
    public static void Allow(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "Location, Cache-Control, X-Content-Type-Options, Content-Disposition, Content-Range, Content-Length";
    }

    /// <summary>Whether a browser asks if it may send our routing headers; such a request carries none of them itself.</summary>
    public static bool IsRoutedPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.AccessControlRequestMethod.Count > 0
        && (request.Headers.AccessControlRequestHeaders.ToString().Contains(AddressReader.IdHeader, StringComparison.OrdinalIgnoreCase)
            || (request.Path == "/files" && request.Query.ContainsKey("signature")));

    public static void AnswerPreflight(HttpContext http)
    {
        Allow(http);
        var headers = http.Response.Headers;
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

        // The wildcard does not cover Authorization, so what is asked for is repeated.
        var asked = http.Request.Headers.AccessControlRequestHeaders.ToString();
        headers.AccessControlAllowHeaders = asked.Length == 0 ? "*" : asked;
        headers.AccessControlMaxAge = "7200";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

using System.Net;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Answers for sandboxes that cannot: JSON for programs, a page for people.</summary>
internal static class ProxyErrors
{
    private static readonly string[] _browsers = ["mozilla", "chrome", "safari", "firefox", "edge", "opera", "msie"];

    public static Task NotFoundAsync(HttpContext http, string id) =>
        WriteAsync(http, new ProxyError(id, "The sandbox was not found", 502));

    public static Task PortClosedAsync(HttpContext http, string id, int port) =>
        WriteAsync(http, new ProxyError(id, "The sandbox is running but port is not open", 502) { Port = port });

    public static Task NoAnswerAsync(HttpContext http, string id, int port) =>
        WriteAsync(http, new ProxyError(id, "The sandbox is running but the service on the port did not answer as HTTP", 502) { Port = port });

    public static Task TokenMissingAsync(HttpContext http, string id) => WriteAsync(
        http,
        new ProxyError(id, $"Sandbox is secured with traffic access token. Token header '{TrafficTokens.Header}' is missing", 403));

    public static Task TokenInvalidAsync(HttpContext http, string id) => WriteAsync(
        http,
        new ProxyError(id, $"Sandbox is secured with traffic access token. Provided token in header '{TrafficTokens.Header}' is invalid", 403));

    public static Task CannotResumeAsync(HttpContext http, string id) =>
        WriteAsync(http, new ProxyError(id, "This sandbox can't be resumed with the credentials provided", 403));

    public static Task TransitioningAsync(HttpContext http, string id) =>
        WriteAsync(http, new ProxyError(id, "The sandbox is still transitioning. Try again in a moment.", 409));

    public static Task InternalRouteAsync(HttpContext http, string id) => WriteAsync(
        http,
        new ProxyError(id, "This route is reserved for the control plane and cannot be called from outside", 404) { Path = http.Request.Path });

    private static async Task WriteAsync(HttpContext http, ProxyError error)
    {
        Cors.Allow(http);
        var agent = http.Request.Headers.UserAgent.ToString();
        if (!_browsers.Any(name => agent.Contains(name, StringComparison.OrdinalIgnoreCase)))
        {
            await E2bResponses.WriteAsync(http, error.Code, error, E2bJson.Default.ProxyError);
            return;
        }

        http.Response.StatusCode = error.Code;
        http.Response.ContentType = "text/html; charset=utf-8";
        var message = WebUtility.HtmlEncode(error.Message);
        await http.Response.WriteAsync(
            $"<!doctype html><title>{message}</title><h1>{message}</h1><p>Sandbox <code>{WebUtility.HtmlEncode(error.SandboxId)}</code>"
            + (error.Port is { } port ? $", port {port}" : "") + "</p>",
            http.RequestAborted);
    }
}

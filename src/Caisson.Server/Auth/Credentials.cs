using Microsoft.Net.Http.Headers;

namespace Caisson.Server.Auth;

/// <summary>Where a request carries its key.</summary>
internal static class Credentials
{
    private const string Bearer = "Bearer ";

    /// <summary>The key of <c>X-API-KEY</c> or <c>Authorization: Bearer</c>; null when there is none or more than one.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers["X-API-KEY"];
        var authorization = request.Headers[HeaderNames.Authorization];
        if (header.Count + authorization.Count != 1)
            return null;
        if (header.Count == 1)
            return header[0];
        var value = authorization[0]!;
        return value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? value[Bearer.Length..].Trim() : null;
    }
}

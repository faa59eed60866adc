using Caisson.Dialects.SweRex.Sandboxes;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>Whose request it is and which sandbox it is for: named by the path, or by what follows the key.</summary>
/// <remarks>A client puts its port behind its host, so a host with a path excludes a port of its own; the key goes anywhere.</remarks>
internal sealed record RequestAddress(string Key, string Template, string Name)
{
    private const string DefaultTemplate = "base";
    private const string DefaultName = "default";
    private const int LongestTemplate = 256;
    private const int LongestName = 64;

    /// <summary>Reads it; <paramref name="path"/> is <c>template/name</c>, or null at the root.</summary>
    public static RequestAddress Of(HttpRequest request, string? path)
    {
        if (request.Headers["X-API-Key"] is not [{ Length: > 0 } token])
            throw new RefusedException(StatusCodes.Status401Unauthorized, "The request carries no API key. Set auth_token to a key made by 'caisson key create'.");
        var slash = token.IndexOf('/', StringComparison.Ordinal);
        var key = slash < 0 ? token : token[..slash];
        var tail = slash < 0 ? null : token[(slash + 1)..];
        if (path is not null && tail is not null)
            throw new RefusedException(StatusCodes.Status400BadRequest, "The sandbox is named twice: by the path, and behind the key.");
        return (path ?? tail) is { } place ? Place(key, place) : new RequestAddress(key, DefaultTemplate, DefaultName);
    }

    public SandboxAddress For(SweRexCaller caller) => new(caller.Tenant, Template, Name);

    private static RequestAddress Place(string key, string place)
    {
        // A template's name may have slashes in it, a sandbox's not.
        var last = place.LastIndexOf('/');
        var (template, name) = last < 0 ? ("", place) : (place[..last], place[(last + 1)..]);
        if (template.Length is 0 or > LongestTemplate || !template.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '@'))
            throw new RefusedException(StatusCodes.Status400BadRequest, "A sandbox is named TEMPLATE/NAME: by the host's path /swerex/TEMPLATE/NAME, or by the token KEY/TEMPLATE/NAME.");
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new RefusedException(StatusCodes.Status400BadRequest, "A sandbox's name is 1 to 64 letters, digits, '-', '_' and '.'.");
        return new RequestAddress(key, template, name);
    }
}

using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>One request to a sandbox's control surface.</summary>
internal sealed class EnvdCall(HttpContext http, ISandbox sandbox)
{
    public HttpContext Http => http;

    public ISandbox Sandbox => sandbox;

    public IGuest Guest => sandbox.Guest;

    public IGuestFiles Files => sandbox.Guest.Files;

    public CancellationToken Cancellation => http.RequestAborted;

    public E2bOptions Options { get; } = http.RequestServices.GetRequiredService<IOptions<E2bOptions>>().Value;

    public TimeProvider Time { get; } = http.RequestServices.GetRequiredService<TimeProvider>();

    public static EnvdCall Of(HttpContext http) => http.Features.Get<EnvdCall>() ?? throw new InvalidOperationException("the request was not routed to a sandbox");

    public string Query(string name) => http.Request.Query[name].ToString();

    /// <summary>The user whom the Basic header names, who is no credential, or null for the default.</summary>
    public string? User()
    {
        const string Scheme = "Basic ";
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), buffer, out var length))
            throw new CaissonException(ErrorCode.Unauthenticated, "the Authorization header is not valid Basic");
        var pair = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return CheckedUser(colon < 0 ? pair : pair[..colon]);
    }

    /// <summary>The user whom the query names, or null for the default.</summary>
    public string? QueryUser() => CheckedUser(Query("username"));

    public static string? CheckedUser(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return null;
        return name.Length <= 256 && !name.Any(c => char.IsControl(c) || c is ':' or '/')
            ? name
            : throw new CaissonException(ErrorCode.Unauthenticated, $"invalid username: '{new string([.. name.Take(64).Where(c => !char.IsControl(c))])}'");
    }

    public static string CheckedPath(string? path)
    {
        path ??= "";
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new CaissonException(ErrorCode.InvalidArgument, "a path must not contain NUL");
        return path.Length <= 4096 ? path : throw new CaissonException(ErrorCode.InvalidArgument, "a path is at most 4096 characters long");
    }
}

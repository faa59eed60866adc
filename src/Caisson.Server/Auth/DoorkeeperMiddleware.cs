using System.Net;
using System.Text;
using System.Text.Unicode;
using Caisson.Core.Failures;

namespace Caisson.Server.Auth;

/// <summary>Refuses requests that a foreign web page may have caused: a Host that is not ours, or an Origin that is not.</summary>
internal sealed class DoorkeeperMiddleware(RequestDelegate next, HostAllowlist hosts)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!hosts.Allows(context.Request.Host.Host))
        {
            throw new CaissonException(
                ErrorCode.PermissionDenied,
                "This server does not answer to that Host.",
                "Use the address that the server printed, or start it with --domain NAME.");
        }

        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) && !OriginCheck.Allows(context.Request))
            throw new CaissonException(ErrorCode.PermissionDenied, "Pages of another origin may not call this API.");
        // The framework passes on what it cannot decode as it stands, and a path would then name another file than was meant.
        var query = Encoding.UTF8.GetBytes(context.Request.QueryString.Value ?? "");
        if (query.Length > 0 && !Utf8.IsValid(WebUtility.UrlDecodeToBytes(query, 0, query.Length)))
            throw new CaissonException(ErrorCode.InvalidArgument, "The query is not valid UTF-8.");
        return next(context);
    }
}

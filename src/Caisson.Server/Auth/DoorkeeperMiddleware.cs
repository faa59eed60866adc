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
        return next(context);
    }
}

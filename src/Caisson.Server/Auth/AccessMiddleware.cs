using Caisson.Core.Failures;

namespace Caisson.Server.Auth;

/// <summary>Lets a native route run only for a caller whose key allows it, before its body is bound.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, ApiKeyAuthenticator authenticator)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
            || context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            await next(context);
            return;
        }

        var key = Credentials.Of(context.Request);
        var caller = key is null ? null : await authenticator.AuthenticateAsync(key, context.RequestAborted);
        if (caller is null)
        {
            throw new CaissonException(
                ErrorCode.Unauthenticated,
                key is null ? "The request carries no API key." : "The API key is unknown, revoked or expired.",
                "Send a key made by 'caisson key create' in the X-API-KEY header.");
        }

        // A route without metadata is denied to all but admins: forgetting to say what a route does must not open it.
        if (context.GetEndpoint()?.Metadata.GetMetadata<Access>() is { } access)
            Authorizer.Demand(caller, access);
        else if (context.GetEndpoint() is RouteEndpoint && caller.Scopes != Scope.Admin)
            throw new CaissonException(ErrorCode.NotFound, "There is no such route.");
        context.Features.Set(caller);
        await next(context);
    }
}

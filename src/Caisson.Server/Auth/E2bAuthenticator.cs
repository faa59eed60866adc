using Caisson.Dialects.E2b;

namespace Caisson.Server.Auth;

/// <summary>Answers the E2B dialect from the same keys.</summary>
internal sealed class E2bAuthenticator(ApiKeyAuthenticator keys) : IApiKeyAuthenticator
{
    public async ValueTask<Caller?> AuthenticateAsync(string key, CancellationToken cancellation) =>
        await keys.AuthenticateAsync(key, cancellation) is { } caller ? new Caller(caller.Tenant, Scopes.Names(caller.Scopes)) : null;
}

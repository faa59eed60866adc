using Caisson.Dialects.SweRex;

namespace Caisson.Server.Auth;

/// <summary>Answers the SWE-ReX dialect from the same keys.</summary>
internal sealed class SweRexCallers(ApiKeyAuthenticator keys) : ISweRexCallers
{
    public async ValueTask<SweRexCaller?> FindAsync(string key, CancellationToken cancellation) => await keys.AuthenticateAsync(key, cancellation) is { } caller
        ? new SweRexCaller(
            caller.Tenant, Authorizer.Allows(caller, new Access(Resource.Sandbox, Verb.Write)), Authorizer.Allows(caller, new Access(Resource.File, Verb.Write)))
        : null;
}

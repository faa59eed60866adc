using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;

namespace Caisson.Server.Auth;

/// <summary>The one place that decides whether a caller may do something to something.</summary>
internal sealed class Authorizer(ISandboxEngine engine)
{
    /// <summary>Refuses a caller whose key lacks the scope that the access needs.</summary>
    public static void Demand(ApiCaller caller, Access access)
    {
        var needed = Needed(access);
        if ((caller.Scopes & needed) != needed)
        {
            throw new CaissonException(
                ErrorCode.PermissionDenied,
                $"This key may not {access.Verb.ToString().ToLowerInvariant()} a {access.Resource.ToString().ToLowerInvariant()}.",
                $"Use a key with the scope '{needed.ToString().ToLowerInvariant()}'.");
        }
    }

    /// <summary>Whether the caller's key has the scope that the access needs.</summary>
    public static bool Allows(ApiCaller caller, Access access) => (caller.Scopes & Needed(access)) == Needed(access);

    /// <summary>The caller's own sandbox of that id; one of another tenant does not exist.</summary>
    public ISandbox Sandbox(ApiCaller caller, string id)
    {
        if (!SandboxId.TryParse(id, out _))
            throw Missing();
        var sandbox = engine.Get(caller.Tenant, id);
        return sandbox.Info.Tenant == caller.Tenant ? sandbox : throw Missing();
    }

    private static CaissonException Missing() =>
        new(ErrorCode.NotFound, "There is no sandbox of that id.", "List the live ones with GET /v1/sandboxes.");

    private static Scope Needed(Access access) => access switch
    {
        { Resource: Resource.Archive } => Scope.Administer,
        { Resource: Resource.File } => Scope.Files,
        { Resource: Resource.SecretKey } => Scope.Administer,
        { Resource: Resource.Pool } => Scope.Administer,
        { Verb: Verb.Read } => Scope.Read,
        { Resource: Resource.Image } => Scope.Admin,
        _ => Scope.Exec,
    };
}

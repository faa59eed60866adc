namespace Caisson.Server.Auth;

/// <summary>Who is calling, as their key says.</summary>
/// <param name="KeyId">The public name of the key.</param>
/// <param name="Tenant">On whose behalf.</param>
/// <param name="Scopes">What the key may do.</param>
internal sealed record ApiCaller(string KeyId, string Tenant, Scope Scopes);

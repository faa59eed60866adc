using System.Security.Cryptography;
using System.Text;
using Caisson.Engine.Store;

namespace Caisson.Server.Auth;

/// <summary>Turns an API key into a caller by the store, asked every time so that revocation works at once.</summary>
internal sealed class ApiKeyAuthenticator(IStore store, TimeProvider time)
{
    /// <summary>The caller whose key it is, or null when it is unknown, revoked or expired.</summary>
    public async ValueTask<ApiCaller?> AuthenticateAsync(string key, CancellationToken cancellation)
    {
        if (key.Length is 0 or > ApiKey.MaximumLength)
            return null;
        var hash = ApiKey.Hash(key);
        var record = await store.FindKeyAsync(hash, cancellation);
        if (record is null || !Same(record.Hash, hash) || record.ExpiresAt <= time.GetUtcNow())
            return null;
        return new ApiCaller(record.Id, record.Tenant, Scopes.Of(record.Scopes));
    }

    private static bool Same(string stored, string computed) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored.ToLowerInvariant()), Encoding.ASCII.GetBytes(computed));
}

using Caisson.Core.Failures;
using Caisson.Engine.Store;

namespace Caisson.Server.Auth;

/// <summary>Makes, lists and revokes API keys.</summary>
internal sealed class KeyRing(IStore store, TimeProvider time)
{
    /// <summary>Makes a key and returns it; this is the only moment at which it can be seen.</summary>
    public async Task<string> CreateAsync(string tenant, IReadOnlyList<string> scopes, TimeSpan? lifetime, CancellationToken cancellation)
    {
        Tenant(tenant);
        foreach (var scope in scopes)
            Scopes.Check(scope);
        var key = ApiKey.New();
        var now = time.GetUtcNow();
        var record = new ApiKeyRecord(ApiKey.NewId(), ApiKey.Hash(key), tenant, scopes.Count == 0 ? Scopes.Default : scopes, now, now + lifetime);
        await store.SaveKeyAsync(record, cancellation);
        return key;
    }

    /// <summary>The name, refused where it is no tenant's.</summary>
    public static string Tenant(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? name
        : throw new CaissonException(ErrorCode.InvalidArgument, "A tenant's name is 1 to 64 letters, digits, '-', '_' and '.'.");

    /// <summary>Every key that still works or once did.</summary>
    public Task<IReadOnlyList<ApiKeyRecord>> ListAsync(CancellationToken cancellation) => store.ListKeysAsync(cancellation);

    /// <summary>Whether any key works now.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return (await store.ListKeysAsync(cancellation)).Any(key => key.ExpiresAt is not { } end || end > now);
    }

    /// <summary>Makes a key worthless from now on.</summary>
    public async Task RevokeAsync(string id, CancellationToken cancellation)
    {
        if (!await store.DeleteKeyAsync(id, cancellation))
            throw new CaissonException(ErrorCode.NotFound, $"There is no key '{id}'.", "List the keys with 'caisson key ls'.");
    }
}

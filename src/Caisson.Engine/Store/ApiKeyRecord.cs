namespace Caisson.Engine.Store;

/// <summary>What is kept of an API key; the key itself is shown once and never stored.</summary>
/// <param name="Id">A public name for the key.</param>
/// <param name="Hash">SHA-256 of the key, in hex.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Scopes">What it may do: read, exec, files, admin.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">When it stops working, UTC, or null.</param>
public sealed record ApiKeyRecord(
    string Id,
    string Hash,
    string Tenant,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt);

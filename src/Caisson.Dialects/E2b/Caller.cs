namespace Caisson.Dialects.E2b;

/// <summary>Who an API key belongs to and what it may do.</summary>
/// <param name="Tenant">The owner of every sandbox made with the key.</param>
/// <param name="Scopes">Some of read, exec, files, admin.</param>
public sealed record Caller(string Tenant, IReadOnlyList<string> Scopes);

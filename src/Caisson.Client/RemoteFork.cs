namespace Caisson.Client;

/// <summary>What became of one fork.</summary>
/// <param name="Sandbox">The new sandbox, or null.</param>
/// <param name="Error">Why there is none, or null.</param>
public sealed record RemoteFork(RemoteSandbox? Sandbox, string? Error);

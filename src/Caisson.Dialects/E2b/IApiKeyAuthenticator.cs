namespace Caisson.Dialects.E2b;

/// <summary>Knows API keys; the server implements it.</summary>
public interface IApiKeyAuthenticator
{
    /// <summary>The key's owner, or null for a key that is not ours or no longer valid.</summary>
    ValueTask<Caller?> AuthenticateAsync(string key, CancellationToken cancellation);
}

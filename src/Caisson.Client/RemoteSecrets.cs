using Caisson.Client.Wire;

namespace Caisson.Client;

/// <summary>The secrets of a server: what its gateway puts into headers; no value ever comes back.</summary>
public sealed class RemoteSecrets
{
    private readonly Api _api;

    internal RemoteSecrets(Api api) => _api = api;

    /// <summary>Sets a secret's value, making it if there is none of that name.</summary>
    public Task<SecretDescription> SetAsync(string name, string value, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Put, Of(name), new SetSecretBody(value, metadata), ClientJson.Default.SetSecretBody, ClientJson.Default.SecretDescription, cancellation);

    /// <summary>Every secret, oldest first.</summary>
    public async Task<IReadOnlyList<SecretDescription>> ListAsync(CancellationToken cancellation = default) =>
        (await _api.GetAsync("v1/secrets", ClientJson.Default.SecretsBody, cancellation)).Items;

    /// <summary>Forgets a secret; headers that refer to it are no longer set.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellation = default) => _api.SendAsync(HttpMethod.Delete, Of(name), cancellation);

    /// <summary>Seals every secret of the server under a new key and tells how many; needs a key that administers it.</summary>
    public async Task<int> RotateKeyAsync(CancellationToken cancellation = default) =>
        (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Post, "v1/secrets/rotate-key"), ClientJson.Default.RotatedBody, cancellation)).Sealed;

    private static string Of(string name) => $"v1/secrets/{Uri.EscapeDataString(name)}";
}

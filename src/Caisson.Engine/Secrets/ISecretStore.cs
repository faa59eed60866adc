namespace Caisson.Engine.Secrets;

/// <summary>What a server remembers of secrets; it is never given a value that can be read.</summary>
public interface ISecretStore
{
    /// <summary>Writes records, new or changed, all of them or none.</summary>
    Task SaveSecretsAsync(IReadOnlyList<SecretRecord> secrets, CancellationToken cancellation);

    /// <summary>Every secret.</summary>
    Task<IReadOnlyList<SecretRecord>> LoadSecretsAsync(CancellationToken cancellation);

    /// <summary>Forgets a secret.</summary>
    Task DeleteSecretAsync(string id, CancellationToken cancellation);
}

using Caisson.Engine.Secrets;

namespace Caisson.Store;

public sealed partial class SqliteStore : ISecretStore
{
    /// <inheritdoc/>
    public Task SaveSecretsAsync(IReadOnlyList<SecretRecord> secrets, CancellationToken cancellation) =>
        UseAsync(_writer, connection => SecretRows.Save(connection, secrets), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SecretRecord>> LoadSecretsAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => SecretRows.Load(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteSecretAsync(string id, CancellationToken cancellation) =>
        UseAsync(_writer, connection => SecretRows.Delete(connection, id), cancellation);
}

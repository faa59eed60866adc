using System.Text.Json;
using Caisson.Engine.Secrets;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>The table of secrets; their values are sealed before they come here.</summary>
internal static class SecretRows
{
    /// <summary>Writes all of them or none.</summary>
    public static bool Save(SqliteConnection connection, IReadOnlyList<SecretRecord> secrets)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var secret in secrets)
            Save(connection, transaction, secret);
        transaction.Commit();
        return true;
    }

    public static IReadOnlyList<SecretRecord> Load(SqliteConnection connection, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, tenant, name, version, key_id, sealed, metadata, created_at, updated_at FROM secrets ORDER BY created_at, id";
        using var rows = command.ExecuteReader();
        var found = new List<SecretRecord>();
        while (rows.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            var metadata = JsonSerializer.Deserialize(rows.GetString(6), StoreJson.Default.IReadOnlyDictionaryStringString) ?? new Dictionary<string, string>(StringComparer.Ordinal);
            var info = new SecretInfo(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetInt32(3), metadata, Moment.Read(rows.GetString(7)), Moment.Read(rows.GetString(8)));
            found.Add(new SecretRecord(info, rows.GetString(4), rows.GetFieldValue<byte[]>(5)));
        }

        return found;
    }

    public static bool Delete(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM secrets WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }

    private static void Save(SqliteConnection connection, SqliteTransaction transaction, SecretRecord secret)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            INSERT OR REPLACE INTO secrets (id, tenant, name, version, key_id, sealed, metadata, created_at, updated_at)
            VALUES ($id, $tenant, $name, $version, $key, $sealed, $metadata, $created, $updated)
            """;
        command.Parameters.AddWithValue("$id", secret.Info.Id);
        command.Parameters.AddWithValue("$tenant", secret.Info.Tenant);
        command.Parameters.AddWithValue("$name", secret.Info.Name);
        command.Parameters.AddWithValue("$version", secret.Info.Version);
        command.Parameters.AddWithValue("$key", secret.KeyId);
        command.Parameters.AddWithValue("$sealed", secret.Sealed);
        command.Parameters.AddWithValue("$metadata", JsonSerializer.Serialize(secret.Info.Metadata, StoreJson.Default.IReadOnlyDictionaryStringString));
        command.Parameters.AddWithValue("$created", Moment.Write(secret.Info.CreatedAt));
        command.Parameters.AddWithValue("$updated", Moment.Write(secret.Info.UpdatedAt));
        command.ExecuteNonQuery();
    }
}

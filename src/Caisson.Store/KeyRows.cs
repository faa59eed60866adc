using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Engine.Store;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>The table of API keys.</summary>
internal static class KeyRows
{
    private const int ConstraintUnique = 2067;
    private const string Columns = "SELECT id, hash, tenant, scopes, created_at, expires_at FROM api_keys";

    public static bool Save(SqliteConnection connection, ApiKeyRecord key)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO api_keys (id, hash, tenant, scopes, created_at, expires_at) VALUES ($id, $hash, $tenant, $scopes, $created, $expires)
            ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, tenant = excluded.tenant, scopes = excluded.scopes,
              created_at = excluded.created_at, expires_at = excluded.expires_at
            """;
        command.Parameters.AddWithValue("$id", key.Id);
        command.Parameters.AddWithValue("$hash", key.Hash);
        command.Parameters.AddWithValue("$tenant", key.Tenant);
        command.Parameters.AddWithValue("$scopes", JsonSerializer.Serialize(key.Scopes, StoreJson.Default.IReadOnlyListString));
        command.Parameters.AddWithValue("$created", Moment.Write(key.CreatedAt));
        command.Parameters.AddWithValue("$expires", (object?)Moment.Write(key.ExpiresAt) ?? DBNull.Value);
        try
        {
            return command.ExecuteNonQuery() > 0;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == ConstraintUnique)
        {
            throw new CaissonException(ErrorCode.AlreadyExists, $"the key '{key.Id}' is already stored under another id", inner: e);
        }
    }

    public static ApiKeyRecord? Find(SqliteConnection connection, string hash)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Columns} WHERE hash = $hash";
        command.Parameters.AddWithValue("$hash", hash);
        using var rows = command.ExecuteReader();
        return rows.Read() ? Read(rows) : null;
    }

    public static IReadOnlyList<ApiKeyRecord> List(SqliteConnection connection, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Columns} ORDER BY created_at, id";
        using var rows = command.ExecuteReader();
        var found = new List<ApiKeyRecord>();
        while (rows.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(Read(rows));
        }

        return found;
    }

    public static bool Delete(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM api_keys WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }

    private static ApiKeyRecord Read(SqliteDataReader row)
    {
        var name = row.GetString(0);
        try
        {
            return new ApiKeyRecord(
                name,
                row.GetString(1),
                row.GetString(2),
                JsonSerializer.Deserialize(row.GetString(3), StoreJson.Default.IReadOnlyListString) ?? throw new FormatException("its scopes are null"),
                Moment.Read(row.GetString(4)),
                row.IsDBNull(5) ? null : Moment.Read(row.GetString(5)));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new CaissonException(ErrorCode.Internal, $"the store's record of key {name} cannot be read: {e.Message}", "Restore the store from a copy.", inner: e);
        }
    }
}

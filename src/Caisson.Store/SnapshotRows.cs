using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Snapshots;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>The table of snapshots.</summary>
internal static class SnapshotRows
{
    public static bool Save(SqliteConnection connection, SnapshotInfo snapshot)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT OR REPLACE INTO snapshots (id, tenant, name, tag, source, wall, layer, bytes, created_at, resources, defaults)
            VALUES ($id, $tenant, $name, $tag, $source, $wall, $layer, $bytes, $created, $resources, $defaults)
            """;
        command.Parameters.AddWithValue("$id", snapshot.Id);
        command.Parameters.AddWithValue("$tenant", snapshot.Tenant);
        command.Parameters.AddWithValue("$name", (object?)snapshot.Name ?? DBNull.Value);
        command.Parameters.AddWithValue("$tag", snapshot.Tag);
        command.Parameters.AddWithValue("$source", snapshot.Source.Value);
        command.Parameters.AddWithValue("$wall", snapshot.Wall);
        command.Parameters.AddWithValue("$layer", snapshot.Layer);
        command.Parameters.AddWithValue("$bytes", snapshot.Bytes);
        command.Parameters.AddWithValue("$created", Moment.Write(snapshot.CreatedAt));
        command.Parameters.AddWithValue("$resources", JsonSerializer.Serialize(snapshot.Resources, StoreJson.Default.Resources));
        command.Parameters.AddWithValue("$defaults", DefaultsColumn.Write(snapshot.Defaults));
        return command.ExecuteNonQuery() > 0;
    }

    public static IReadOnlyList<SnapshotInfo> Load(SqliteConnection connection, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, tenant, name, tag, source, wall, layer, bytes, created_at, resources, defaults FROM snapshots ORDER BY created_at, id";
        using var rows = command.ExecuteReader();
        var found = new List<SnapshotInfo>();
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
        command.CommandText = "DELETE FROM snapshots WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }

    private static SnapshotInfo Read(SqliteDataReader row)
    {
        var name = row.GetString(0);
        try
        {
            if (!SandboxId.TryParse(row.GetString(4), out var source))
                throw new FormatException("its source is no sandbox id");
            return new SnapshotInfo(
                name, row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), source,
                row.GetString(5), row.GetString(6), row.GetInt64(7), Moment.Read(row.GetString(8)))
            {
                Resources = JsonSerializer.Deserialize(row.GetString(9), StoreJson.Default.Resources) ?? new Resources(),
                Defaults = DefaultsColumn.Read(row, 10),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new CaissonException(ErrorCode.Internal, $"the store's record of snapshot {name} cannot be read: {e.Message}", "Restore the store from a copy.", inner: e);
        }
    }
}

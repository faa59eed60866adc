using Caisson.Core.Volumes;
using Caisson.Engine.Volumes;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>The table of volumes.</summary>
internal static class VolumeRows
{
    public static bool Save(SqliteConnection connection, VolumeInfo volume)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO volumes (id, tenant, name, bytes, files, token, created_at) VALUES ($id, $tenant, $name, $bytes, $files, $token, $created)";
        command.Parameters.AddWithValue("$id", volume.Id);
        command.Parameters.AddWithValue("$tenant", volume.Tenant);
        command.Parameters.AddWithValue("$name", volume.Name);
        command.Parameters.AddWithValue("$bytes", volume.Quota.Bytes);
        command.Parameters.AddWithValue("$files", volume.Quota.Files);
        command.Parameters.AddWithValue("$token", volume.Token);
        command.Parameters.AddWithValue("$created", Moment.Write(volume.CreatedAt));
        return command.ExecuteNonQuery() > 0;
    }

    public static IReadOnlyList<VolumeInfo> Load(SqliteConnection connection, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, tenant, name, bytes, files, token, created_at FROM volumes ORDER BY created_at, id";
        using var rows = command.ExecuteReader();
        var found = new List<VolumeInfo>();
        while (rows.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(new VolumeInfo(
                rows.GetString(0), rows.GetString(1), rows.GetString(2), new VolumeQuota(rows.GetInt64(3), rows.GetInt32(4)), rows.GetString(5), Moment.Read(rows.GetString(6))));
        }

        return found;
    }

    public static bool Delete(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM volumes WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }
}

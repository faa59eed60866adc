using Caisson.Core.Backends;
using Caisson.Engine.Layers;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>The table of captured layers.</summary>
internal static class LayerRows
{
    public static bool Save(SqliteConnection connection, LayerRecord layer)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT OR REPLACE INTO layers (address, parent, template, wall, bytes, memory_digest, memory_bytes, memory_processes) " +
            "VALUES ($address, $parent, $template, $wall, $bytes, $memory_digest, $memory_bytes, $memory_processes)";
        command.Parameters.AddWithValue("$address", layer.Address);
        command.Parameters.AddWithValue("$parent", (object?)layer.Parent ?? DBNull.Value);
        command.Parameters.AddWithValue("$template", layer.Template);
        command.Parameters.AddWithValue("$wall", layer.Wall);
        command.Parameters.AddWithValue("$bytes", layer.Bytes);
        command.Parameters.AddWithValue("$memory_digest", (object?)layer.Memory?.Digest ?? DBNull.Value);
        command.Parameters.AddWithValue("$memory_bytes", (object?)layer.Memory?.Bytes ?? DBNull.Value);
        command.Parameters.AddWithValue("$memory_processes", (object?)layer.Memory?.Processes ?? DBNull.Value);
        return command.ExecuteNonQuery() > 0;
    }

    public static IReadOnlyList<LayerRecord> Load(SqliteConnection connection, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT address, parent, template, wall, bytes, memory_digest, memory_bytes, memory_processes FROM layers ORDER BY address";
        using var rows = command.ExecuteReader();
        var found = new List<LayerRecord>();
        while (rows.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(new LayerRecord(rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetInt64(4))
            {
                Memory = rows.IsDBNull(5) ? null : new CapturedMemory(rows.GetString(5), rows.GetInt64(6), rows.GetInt32(7)),
            });
        }

        return found;
    }

    public static bool Delete(SqliteConnection connection, string address)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM layers WHERE address = $address";
        command.Parameters.AddWithValue("$address", address);
        return command.ExecuteNonQuery() > 0;
    }
}

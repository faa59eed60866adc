using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>The table of sandboxes.</summary>
internal static class SandboxRows
{
    public static bool Save(SqliteConnection connection, SandboxInfo sandbox)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO sandboxes (id, tenant, wall, state, started_at, ends_at, access_token, traffic_token, spec, paused_at, layer, defaults, files_only,
              memory_bytes, memory_processes, memory_whole)
            VALUES ($id, $tenant, $wall, $state, $started, $ends, $access, $traffic, $spec, $paused, $layer, $defaults, $files, $bytes, $processes, $whole)
            ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, wall = excluded.wall, state = excluded.state, started_at = excluded.started_at,
              ends_at = excluded.ends_at, access_token = excluded.access_token, traffic_token = excluded.traffic_token, spec = excluded.spec,
              paused_at = excluded.paused_at, layer = excluded.layer, defaults = excluded.defaults, files_only = excluded.files_only,
              memory_bytes = excluded.memory_bytes, memory_processes = excluded.memory_processes, memory_whole = excluded.memory_whole
            """;
        command.Parameters.AddWithValue("$id", sandbox.Id.Value);
        command.Parameters.AddWithValue("$tenant", sandbox.Tenant);
        command.Parameters.AddWithValue("$wall", sandbox.Wall);
        command.Parameters.AddWithValue("$state", sandbox.State.ToString());
        command.Parameters.AddWithValue("$started", Moment.Write(sandbox.StartedAt));
        command.Parameters.AddWithValue("$ends", (object?)Moment.Write(sandbox.EndsAt) ?? DBNull.Value);
        command.Parameters.AddWithValue("$access", sandbox.AccessToken);
        command.Parameters.AddWithValue("$traffic", (object?)sandbox.TrafficToken ?? DBNull.Value);
        command.Parameters.AddWithValue("$spec", SpecColumn.Write(sandbox.Spec));
        command.Parameters.AddWithValue("$paused", (object?)Moment.Write(sandbox.PausedAt) ?? DBNull.Value);
        command.Parameters.AddWithValue("$layer", (object?)sandbox.Layer ?? DBNull.Value);
        command.Parameters.AddWithValue("$defaults", DefaultsColumn.Write(sandbox.Defaults));
        command.Parameters.AddWithValue("$files", sandbox.FilesOnly ? 1 : 0);
        command.Parameters.AddWithValue("$bytes", (object?)sandbox.Memory?.Bytes ?? DBNull.Value);
        command.Parameters.AddWithValue("$processes", (object?)sandbox.Memory?.Processes ?? DBNull.Value);
        command.Parameters.AddWithValue("$whole", sandbox.Memory is { } memory ? (memory.Whole ? 1 : 0) : DBNull.Value);
        return command.ExecuteNonQuery() > 0;
    }

    public static IReadOnlyList<SandboxInfo> Load(SqliteConnection connection, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT id, tenant, wall, state, started_at, ends_at, access_token, traffic_token, spec, paused_at, layer, defaults, files_only,
              memory_bytes, memory_processes, memory_whole FROM sandboxes ORDER BY started_at, id
            """;
        using var rows = command.ExecuteReader();
        var found = new List<SandboxInfo>();
        while (rows.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(Read(rows));
        }

        return found;
    }

    public static bool Delete(SqliteConnection connection, SandboxId id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM sandboxes WHERE id = $id";
        command.Parameters.AddWithValue("$id", id.Value);
        return command.ExecuteNonQuery() > 0;
    }

    private static SandboxInfo Read(SqliteDataReader row)
    {
        var name = row.GetString(0);
        try
        {
            if (!SandboxId.TryParse(name, out var id))
                throw new FormatException("its id is not one");
            return new SandboxInfo(
                id,
                row.GetString(1),
                SpecColumn.Read(row.GetString(8)),
                row.GetString(2),
                Enum.Parse<SandboxState>(row.GetString(3)),
                Moment.Read(row.GetString(4)),
                row.IsDBNull(5) ? null : Moment.Read(row.GetString(5)),
                row.GetString(6),
                row.IsDBNull(7) ? null : row.GetString(7))
            {
                PausedAt = row.IsDBNull(9) ? null : Moment.Read(row.GetString(9)),
                Layer = row.IsDBNull(10) ? null : row.GetString(10),
                Defaults = DefaultsColumn.Read(row, 11),
                FilesOnly = row.GetInt64(12) != 0,
                Memory = row.IsDBNull(13) ? null : new MemoryOnDisk(row.GetInt64(13), row.GetInt32(14), row.GetInt64(15) != 0),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new CaissonException(ErrorCode.Internal, $"the store's record of sandbox {name} cannot be read: {e.Message}", "Restore the store from a copy.", inner: e);
        }
    }
}

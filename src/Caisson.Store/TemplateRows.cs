using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Engine.Templates;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>The tables of templates and their builds.</summary>
internal static class TemplateRows
{
    public static bool Save(SqliteConnection connection, TemplateInfo template)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO templates (id, tenant, name, public, created_at, updated_at, tags) VALUES ($id, $tenant, $name, $public, $created, $updated, $tags)
            ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, name = excluded.name, public = excluded.public,
              created_at = excluded.created_at, updated_at = excluded.updated_at, tags = excluded.tags
            """;
        command.Parameters.AddWithValue("$id", template.Id);
        command.Parameters.AddWithValue("$tenant", template.Tenant);
        command.Parameters.AddWithValue("$name", template.Name);
        command.Parameters.AddWithValue("$public", template.Public);
        command.Parameters.AddWithValue("$created", Moment.Write(template.CreatedAt));
        command.Parameters.AddWithValue("$updated", Moment.Write(template.UpdatedAt));
        command.Parameters.AddWithValue("$tags", JsonSerializer.Serialize(template.Tags, StoreJson.Default.IReadOnlyListTemplateTag));
        return command.ExecuteNonQuery() > 0;
    }

    public static bool Publish(SqliteConnection connection, TemplateInfo template, TemplateBuild build)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var saved = Save(connection, template) && Save(connection, build);
        transaction.Commit();
        return saved;
    }

    public static IReadOnlyList<TemplateInfo> LoadTemplates(SqliteConnection connection, CancellationToken cancellation) => Load(
        connection, "SELECT id, tenant, name, public, created_at, updated_at, tags FROM templates ORDER BY created_at, id", row => new TemplateInfo(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), Moment.Read(row.GetString(4)), Moment.Read(row.GetString(5)),
            JsonSerializer.Deserialize(row.GetString(6), StoreJson.Default.IReadOnlyListTemplateTag) ?? throw new FormatException("its tags are null")), cancellation);

    public static bool Delete(SqliteConnection connection, string id)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, "DELETE FROM template_builds WHERE template = $id", id);
        var deleted = Execute(connection, "DELETE FROM templates WHERE id = $id", id);
        transaction.Commit();
        return deleted;
    }

    public static bool Save(SqliteConnection connection, TemplateBuild build)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO template_builds (id, template, state, created_at, detail) VALUES ($id, $template, $state, $created, $detail)";
        command.Parameters.AddWithValue("$id", build.Id);
        command.Parameters.AddWithValue("$template", build.TemplateId);
        command.Parameters.AddWithValue("$state", build.State.ToString());
        command.Parameters.AddWithValue("$created", Moment.Write(build.CreatedAt));
        command.Parameters.AddWithValue("$detail", JsonSerializer.Serialize(build, StoreJson.Default.TemplateBuild));
        return command.ExecuteNonQuery() > 0;
    }

    public static IReadOnlyList<TemplateBuild> LoadBuilds(SqliteConnection connection, CancellationToken cancellation) => Load(
        connection, "SELECT id, detail FROM template_builds ORDER BY created_at, id",
        row => JsonSerializer.Deserialize(row.GetString(1), StoreJson.Default.TemplateBuild) ?? throw new FormatException("it is null"), cancellation);

    public static bool DeleteBuild(SqliteConnection connection, string id) => Execute(connection, "DELETE FROM template_builds WHERE id = $id", id);

    public static bool Save(SqliteConnection connection, CachedStep step)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO template_steps (key, layer, used_at) VALUES ($key, $layer, $used)";
        command.Parameters.AddWithValue("$key", step.Key);
        command.Parameters.AddWithValue("$layer", (object?)step.Layer ?? DBNull.Value);
        command.Parameters.AddWithValue("$used", Moment.Write(step.UsedAt));
        return command.ExecuteNonQuery() > 0;
    }

    public static IReadOnlyList<CachedStep> LoadSteps(SqliteConnection connection, CancellationToken cancellation) => Load(
        connection, "SELECT key, layer, used_at FROM template_steps ORDER BY used_at, key",
        row => new CachedStep(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), Moment.Read(row.GetString(2))), cancellation);

    public static bool DeleteStep(SqliteConnection connection, string key) => Execute(connection, "DELETE FROM template_steps WHERE key = $id", key);

    private static bool Execute(SqliteConnection connection, string sql, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }

    private static List<T> Load<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                found.Add(read(rows));
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                throw new CaissonException(
                    ErrorCode.Internal, $"the store's record of template or build {rows.GetString(0)} cannot be read: {e.Message}", "Restore the store from a copy.", inner: e);
            }
        }

        return found;
    }
}

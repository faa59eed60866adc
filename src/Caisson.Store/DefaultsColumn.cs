using System.Text.Json;
using Caisson.Engine.Templates;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>What a template gives beside files, as its column holds it; nothing is null.</summary>
internal static class DefaultsColumn
{
    public static object Write(TemplateDefaults defaults) =>
        defaults == TemplateDefaults.None ? DBNull.Value : JsonSerializer.Serialize(defaults, StoreJson.Default.TemplateDefaults);

    public static TemplateDefaults Read(SqliteDataReader row, int column) => row.IsDBNull(column)
        ? TemplateDefaults.None
        : JsonSerializer.Deserialize(row.GetString(column), StoreJson.Default.TemplateDefaults) ?? TemplateDefaults.None;
}

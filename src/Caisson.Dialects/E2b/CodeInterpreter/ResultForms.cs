using System.Collections.Frozen;
using System.Text.Json;
using Caisson.Interpreter.Runs;

namespace Caisson.Dialects.E2b.CodeInterpreter;

/// <summary>Writes a result's forms under the names that clients know.</summary>
internal static class ResultForms
{
    private static readonly FrozenDictionary<string, string> _names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["text/plain"] = "text",
        ["text/html"] = "html",
        ["text/markdown"] = "markdown",
        ["image/svg+xml"] = "svg",
        ["image/png"] = "png",
        ["image/jpeg"] = "jpeg",
        ["application/pdf"] = "pdf",
        ["text/latex"] = "latex",
        ["application/json"] = "json",
        ["application/javascript"] = "javascript",
        [RunResult.Table] = "data",
        [RunResult.Chart] = "chart",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Write(Utf8JsonWriter json, RunResult result)
    {
        json.WriteBoolean("is_main_result", result.IsMain);
        foreach (var (type, value) in result.Data)
        {
            if (!_names.TryGetValue(type, out var name))
                continue;
            json.WritePropertyName(name);
            if (name == "text" && value.ValueKind == JsonValueKind.String)
                json.WriteStringValue(Unquoted(value.GetString()!));
            else
                value.WriteTo(json);
        }

        if (result.Data.Keys.All(_names.ContainsKey))
            return;
        json.WriteStartObject("extra");
        foreach (var (type, value) in result.Data.Where(form => !_names.ContainsKey(form.Key)))
        {
            json.WritePropertyName(type);
            value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    // The way Python shows text is not what clients are after.
    private static string Unquoted(string text) =>
        text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] && !text.AsSpan(1, text.Length - 2).Contains(text[0]) ? text[1..^1] : text;
}

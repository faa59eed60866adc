using System.Text.Json;

namespace Caisson.Dialects.SandboxFusion.Http;

/// <summary>Reads fields of a JSON object; what is wrong is a 422 that names the field. Unknown fields are passed over, as the protocol has it.</summary>
internal sealed class BodyReader
{
    private readonly JsonElement _object;
    private readonly JsonElement[] _path;

    public BodyReader(JsonElement element, params JsonElement[] path)
    {
        _path = path.Length == 0 ? [Word("body")] : path;
        _object = element.ValueKind == JsonValueKind.Object ? element : throw FusionException.Field("model_attributes_type", "Input should be a valid dictionary or object to extract fields from", _path);
    }

    public string Text(string name) => OptionalText(name) ?? throw (Has(name) ? Wrong(name, "string_type", "Input should be a valid string") : Missing(name));

    public string? OptionalText(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw Wrong(name, "string_type", "Input should be a valid string"),
    };

    public double Number(string name, double otherwise) => Find(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        _ => throw Wrong(name, "float_type", "Input should be a valid number"),
    };

    public double? OptionalNumber(string name) => Find(name) is null ? null : Number(name, 0);

    public long Integer(string name, long otherwise) => Find(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        _ => throw Wrong(name, "int_type", "Input should be a valid integer"),
    };

    public bool Truth(string name) => Find(name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name, "bool_type", "Input should be a valid boolean"),
    };

    /// <summary>A list of texts; empty when it is absent, unless it is <paramref name="required"/>.</summary>
    public IReadOnlyList<string> Texts(string name, bool required = false)
    {
        if (Find(name) is not { } list)
            return required ? throw Missing(name) : [];
        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw Wrong(name, "list_type", "Input should be a valid list of strings");
    }

    /// <summary>Files as base64 by path; null contents are skipped.</summary>
    public IReadOnlyDictionary<string, byte[]> Files(string name)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (Find(name) is not { } map)
            return files;
        if (map.ValueKind != JsonValueKind.Object)
            throw Wrong(name, "dict_type", "Input should be a valid dictionary");
        foreach (var file in map.EnumerateObject().Where(file => file.Value.ValueKind != JsonValueKind.Null))
        {
            if (file.Value.ValueKind != JsonValueKind.String || !file.Value.TryGetBytesFromBase64(out var content))
                throw FusionException.Field("string_type", "Input should be a base64 string", [.. _path, Word(name), Word(file.Name)]);
            files[file.Name] = content;
        }

        return files;
    }

    /// <summary>The element of that name, or null when it is absent or null.</summary>
    public JsonElement? Find(string name) => Has(name) && _object.GetProperty(name) is { ValueKind: not JsonValueKind.Null } found ? found : null;

    /// <summary>The object of that name; an empty one when it is absent.</summary>
    public BodyReader Inner(string name) => new(Find(name) ?? JsonElement.Parse("{}"), [.. _path, Word(name)]);

    /// <summary>The object of that name, which must be there.</summary>
    public BodyReader Required(string name) => Find(name) is null ? throw Missing(name) : Inner(name);

    public FusionException Wrong(string name, string type, string message) => FusionException.Field(type, message, [.. _path, Word(name)]);

    private static JsonElement Word(string text) => JsonSerializer.SerializeToElement(text, FusionJson.Default.String);

    private FusionException Missing(string name) => Wrong(name, "missing", "Field required");

    private bool Has(string name) => _object.TryGetProperty(name, out _);
}

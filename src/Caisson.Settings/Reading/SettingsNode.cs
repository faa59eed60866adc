using System.Text.Json;
using Caisson.Core.Failures;

namespace Caisson.Settings.Reading;

/// <summary>One value of a settings file that knows where it stands, so that every complaint names the key.</summary>
internal sealed class SettingsNode(JsonElement element, string path, string source)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Path => path;

    public JsonValueKind Kind => element.ValueKind;

    public bool Has(string key) => Kind == JsonValueKind.Object && element.TryGetProperty(key, out _);

    public CaissonException Invalid(string why, string? remedy = null) => new(ErrorCode.InvalidArgument, $"{Where}: {why}", remedy);

    public CaissonException Unenforceable(string why, string? remedy = null) =>
        new(ErrorCode.Unsupported, $"{Where}: {why}", remedy ?? "Remove the key, or run it where it can be enforced.", FailureKind.Task);

    public SettingsNode? Optional(string key)
    {
        Expect(JsonValueKind.Object, "an object");
        _known.Add(key);
        return element.TryGetProperty(key, out var value) ? Child(value, key) : null;
    }

    public SettingsNode Required(string key) => Optional(key) ?? throw Invalid($"the key '{key}' is missing");

    public IReadOnlyList<SettingsNode> Items()
    {
        Expect(JsonValueKind.Array, "an array");
        return [.. element.EnumerateArray().Select((item, index) => new SettingsNode(item, $"{path}[{index}]", source))];
    }

    public IReadOnlyList<SettingsNode> ItemsOf(string key) => Optional(key)?.Items() ?? [];

    public IReadOnlyList<(string Key, SettingsNode Value)> Entries()
    {
        Expect(JsonValueKind.Object, "an object");
        return [.. element.EnumerateObject().Select(entry => (entry.Name, Child(entry.Value, entry.Name)))];
    }

    public string Text()
    {
        Expect(JsonValueKind.String, "a string");
        var text = element.GetString()!;
        return text.Length > 0 && !text.Any(char.IsControl) ? text : throw Invalid("the text is empty or has control characters in it");
    }

    public string OneOf(params ReadOnlySpan<string> choices)
    {
        var text = Text();
        foreach (var choice in choices)
        {
            if (string.Equals(text, choice, StringComparison.Ordinal))
                return text;
        }

        throw Invalid($"'{text}' is not one of: {string.Join(", ", choices!)}");
    }

    public bool Flag() => Kind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean() : throw Invalid("a boolean is expected");

    public bool FlagOf(string key, bool otherwise = false) => Optional(key)?.Flag() ?? otherwise;

    public int Integer(int least, int most) =>
        Kind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= least && value <= most
            ? value
            : throw Invalid($"a whole number from {least} to {most} is expected");

    public void RejectUnknown()
    {
        foreach (var (key, value) in Entries())
        {
            if (!_known.Contains(key))
                throw value.Invalid("this key is not known", "Check its spelling; unknown keys are refused so that no wish goes unheard.");
        }
    }

    private string Where => path.Length == 0 ? source : $"{source}: {path}";

    private SettingsNode Child(JsonElement value, string key) => new(value, path.Length == 0 ? key : $"{path}.{key}", source);

    private void Expect(JsonValueKind kind, string name)
    {
        if (Kind != kind)
            throw Invalid($"{name} is expected");
    }
}

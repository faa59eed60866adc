using System.Text;

namespace Caisson.Engine.Templates.Builds;

/// <summary>Puts the values of variables in place of <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-else}</c> and <c>${NAME:+then}</c>; a backslash keeps a dollar sign.</summary>
internal static class VariableExpansion
{
    /// <summary>The search path of processes whose environment has none.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '$')
                result.Append(text[++i]);
            else if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{' && text.IndexOf('}', i + 2) is > 0 and var close)
                (_, i) = (result.Append(Braced(text[(i + 2)..close], variables)), close);
            else if (text[i] == '$' && NameAt(text, i + 1) is { Length: > 0 } name)
                (_, i) = (result.Append(Value(name, variables)), i + name.Length);
            else
                result.Append(text[i]);
        }

        return result.ToString();
    }

    private static string Braced(string inner, IReadOnlyDictionary<string, string> variables)
    {
        var name = NameAt(inner, 0);
        if (name.Length == inner.Length)
            return Value(name, variables);
        var value = Value(name, variables);
        return inner[name.Length..] switch
        {
            [':', '-', .. var other] => value.Length == 0 ? other : value,
            [':', '+', .. var then] => value.Length == 0 ? "" : then,
            _ => "",
        };
    }

    private static string Value(string name, IReadOnlyDictionary<string, string> variables) =>
        variables.TryGetValue(name, out var value) ? value : name == "PATH" ? DefaultPath : "";

    private static string NameAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && (text[end] == '_' || char.IsAsciiLetter(text[end]) || (end > at && char.IsAsciiDigit(text[end]))))
            end++;
        return text[at..end];
    }
}

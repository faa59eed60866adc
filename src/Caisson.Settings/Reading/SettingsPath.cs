namespace Caisson.Settings.Reading;

/// <summary>One path of a settings file, made absolute.</summary>
/// <param name="Text">The absolute path or pattern, without a trailing slash.</param>
/// <param name="Pattern">Whether it has wildcards.</param>
internal sealed record SettingsPath(string Text, bool Pattern)
{
    private const string Wildcards = "*?[{";

    /// <summary>Reads a path given as text or as <c>{"path": ..., "literal": true}</c>.</summary>
    public static SettingsPath Read(SettingsNode node, SettingsContext context)
    {
        if (node.Kind != System.Text.Json.JsonValueKind.Object)
            return Resolve(node, node.Text(), context.WorkingDirectory, context, literal: false);
        var text = node.Required("path").Text();
        if (!node.Required("literal").Flag())
            throw node.Invalid("'literal' can only be true", "Write the path as plain text instead.");
        node.RejectUnknown();
        return Resolve(node, text, context.WorkingDirectory, context, literal: true);
    }

    /// <summary>Makes a path absolute: <c>~</c> is the home directory, the rest is taken from a directory.</summary>
    public static SettingsPath Resolve(SettingsNode node, string text, string from, SettingsContext context, bool literal)
    {
        var wasDirectory = text.EndsWith('/');
        if (!literal && text.EndsWith("/**", StringComparison.Ordinal))
            (text, wasDirectory) = (text.Length == 3 ? "/" : text[..^3], false);
        if (text == "~" || text.StartsWith("~/", StringComparison.Ordinal))
            text = context.HomeDirectory + text[1..];
        else if (text.StartsWith('~'))
            throw node.Invalid($"'{text}' names the home of another user", "Write the path in full.");
        var pattern = !literal && text.AsSpan().IndexOfAny(Wildcards) >= 0;
        if (pattern && text.AsSpan().IndexOfAny("[]{}\\") >= 0)
            throw node.Invalid($"'{text}' has brackets in it; only *, ? and ** are understood", "For a file of that very name write {\"path\": \"...\", \"literal\": true}.");
        if (pattern && wasDirectory)
            throw node.Invalid($"the pattern '{text}' ends in a slash, which matches nothing", "Leave the slash out.");
        if (pattern && text.Contains("..", StringComparison.Ordinal))
            throw node.Invalid($"the pattern '{text}' has '..' in it", "Write it from an absolute path.");
        var full = Path.GetFullPath(text, from);
        return new SettingsPath(full.Length > 1 ? full.TrimEnd('/') : full, pattern);
    }
}

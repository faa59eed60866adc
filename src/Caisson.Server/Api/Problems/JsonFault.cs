using System.Text.Json;

namespace Caisson.Server.Api.Problems;

/// <summary>Says what is wrong with a JSON body without naming types of ours.</summary>
internal static class JsonFault
{
    /// <summary>One sentence: where, and what.</summary>
    public static string Describe(JsonException exception)
    {
        var where = exception.Path is { Length: > 0 } path ? $" at {Clean(path)}" : "";
        var what = exception.Message;
        if (what.Contains("could not be mapped", StringComparison.Ordinal))
            return $"The body has a field that this route does not know: {Clean(Quoted(what))}.";
        if (what.Contains("missing required", StringComparison.Ordinal))
            return $"The body lacks a required field{where}: {Clean(what[(what.LastIndexOf(':') + 1)..].Trim())}";
        if (what.Contains("uplicate", StringComparison.Ordinal))
            return $"The body has a field twice{where}.";
        return $"The body is not JSON of the right form{where}.";
    }

    /// <summary>The text, cut short and without control characters.</summary>
    public static string Clean(string text) =>
        string.Concat(text.Take(200).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    private static string Quoted(string message)
    {
        var open = message.IndexOf('\'', StringComparison.Ordinal);
        var close = open < 0 ? -1 : message.IndexOf('\'', open + 1);
        return close < 0 ? "one" : message[open..(close + 1)];
    }
}

using System.Text.RegularExpressions;
using Caisson.Dialects.SweRex.Http;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>What ends the waiting for a session's output: a prompt, or the first of some patterns.</summary>
/// <param name="Accepts">Which prompts count.</param>
/// <param name="Patterns">Patterns, by what the client wrote.</param>
internal sealed record Awaited(Func<Prompt, bool> Accepts, IReadOnlyList<(string Text, Regex Regex)> Patterns)
{
    // A pattern that reaches farther back than this is not found; else every byte would cost a search of everything.
    private const int Window = 64 << 10;
    private const int MostPatterns = 32;
    private const int LongestPattern = 1024;

    /// <summary>Any prompt.</summary>
    public static Awaited AnyPrompt { get; } = new(_ => true, []);

    /// <summary>A prompt or one of a client's patterns, which are regular expressions of its own language.</summary>
    public static Awaited Of(Func<Prompt, bool> accepts, IReadOnlyList<string> expect) =>
        expect.Count <= MostPatterns ? new Awaited(accepts, [.. expect.Select(Compiled)]) : throw RefusedException.Invalid("expect", $"At most {MostPatterns} patterns");

    /// <summary>The first thing awaited in a text of which everything before <paramref name="seen"/> was searched already.</summary>
    public Found? In(ReadOnlySpan<char> text, string opening, int seen)
    {
        Found? first = null;
        for (var from = Math.Max(0, seen - opening.Length - 64); Prompt.Find(text, opening, from) is { } prompt; from = prompt.Index + prompt.Length)
        {
            if (!Accepts(prompt.Value))
                continue;
            first = new Found(prompt.Index, prompt.Length, null, prompt.Value);
            break;
        }

        var start = Math.Max(0, seen - Window);
        foreach (var (pattern, regex) in Patterns)
        {
            foreach (var match in regex.EnumerateMatches(text[start..]))
            {
                if (first is not { } known || start + match.Index < known.Index)
                    first = new Found(start + match.Index, match.Length, pattern, null);
                break;
            }
        }

        return first;
    }

    // Without backtracking, so that no pattern can hold the host up.
    private static (string Text, Regex Regex) Compiled(string text)
    {
        if (text.Length is 0 or > LongestPattern)
            throw RefusedException.Invalid("expect", $"A pattern has 1 to {LongestPattern} characters");
        try
        {
            var form = text.Replace("(?P<", "(?<", StringComparison.Ordinal);
            return (text, new Regex(form, RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw RefusedException.Invalid("expect", $"The pattern cannot be used: {e.Message}");
        }
    }
}

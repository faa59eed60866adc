using System.Text;
using System.Text.RegularExpressions;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>Text of a terminal as people read it.</summary>
internal static partial class TerminalText
{
    /// <summary>Without prompts, control sequences and the carriage returns that a terminal adds.</summary>
    public static string Plain(ReadOnlySpan<char> text, string opening)
    {
        var result = new StringBuilder(text.Length);
        var from = 0;
        while (Prompt.Find(text, opening, from) is { } prompt)
        {
            result.Append(text[from..prompt.Index]);
            from = prompt.Index + prompt.Length;
        }

        result.Append(text[from..]);
        return Sequences().Replace(result.ToString(), "").Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    // ECMA-48: control sequences, then control strings up to their terminator, then the two-character ones.
    [GeneratedRegex(@"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[@-OQ-WYZ\\])", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Sequences();
}

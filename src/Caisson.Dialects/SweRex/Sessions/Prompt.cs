using System.Globalization;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>One prompt of a session's shell: it tells how the command before it ended.</summary>
/// <param name="ExitCode">The exit code of the command before.</param>
/// <param name="Turn">Which of our commands that shell began last; 0 for one that has begun none.</param>
/// <param name="Shell">The shell's pid, since a command may start another shell, and that one end.</param>
internal readonly record struct Prompt(int ExitCode, int Turn, int Shell)
{
    /// <summary>The variable of the shell that has the turn.</summary>
    public const string TurnVariable = "__caisson_turn";

    /// <summary>The turn of a session's shell before its first command.</summary>
    public const int FirstTurn = 1;

    private const char First = '\x1e';
    private const char Last = '\x1f';
    private const int Longest = 64;

    /// <summary>How the prompts of a session with that mark begin.</summary>
    public static string Opening(string mark) => $"{First}{mark}:";

    /// <summary>What makes bash write one.</summary>
    public static string Source(string mark) => $"{Opening(mark)}$?:${{{TurnVariable}-0}}:$${Last}";

    /// <summary>What a startup file writes between the user's own and those that a client asked for.</summary>
    public static string Begun(string mark) => $"{Opening(mark)}0:0:0{Last}";

    /// <summary>The first prompt in a text from <paramref name="from"/> on: where it is, how long, and what it says, or null; one that is not all there yet is none.</summary>
    public static (int Index, int Length, Prompt Value)? Find(ReadOnlySpan<char> text, string opening, int from)
    {
        while (from < text.Length)
        {
            var at = text[from..].IndexOf(opening);
            if (at < 0)
                return null;
            at += from;
            var rest = text[(at + opening.Length)..];
            var end = rest[..Math.Min(Longest, rest.Length)].IndexOf(Last);
            if (end >= 0 && Read(rest[..end]) is { } prompt)
                return (at, opening.Length + end + 1, prompt);
            from = at + 1;
        }

        return null;
    }

    private static Prompt? Read(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[4];
        return text.Split(parts, ':') == 3 && Number(text[parts[0]]) is { } code && Number(text[parts[1]]) is { } turn && Number(text[parts[2]]) is { } shell
            ? new Prompt(code, turn, shell)
            : null;
    }

    private static int? Number(ReadOnlySpan<char> text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

using System.Text;

namespace Caisson.Engine.Templates.Dockerfiles;

/// <summary>Words with quotes, as ENV, LABEL and COPY have them.</summary>
internal static class ShellWords
{
    /// <summary>Cuts at blanks outside quotes; quotes go, and a backslash keeps what follows it.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, any) = ('\0', false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length && text[i + 1] != '$')
                (_, any) = (word.Append(text[++i]), true);
            else if (quote == '\0' && c is '\'' or '"')
                (quote, any) = (c, true);
            else if (c == quote && quote != '\0')
                quote = '\0';
            else if (quote == '\0' && c is ' ' or '\t')
                any = End(words, word, any);
            else
                // In single quotes a dollar sign is only that.
                (_, any) = (quote == '\'' && c == '$' ? word.Append("\\$") : word.Append(c), true);
        }

        End(words, word, any);
        return words;
    }

    private static bool End(List<string> words, StringBuilder word, bool any)
    {
        if (any)
            words.Add(word.ToString());
        word.Clear();
        return false;
    }
}

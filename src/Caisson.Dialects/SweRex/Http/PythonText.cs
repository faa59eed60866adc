using System.Globalization;
using System.Text;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>Values as messages of the protocol show them.</summary>
internal static class PythonText
{
    /// <summary>A text in quotes.</summary>
    public static string Quote(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => result.Append("\\\\"),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                _ when c == quote => result.Append('\\').Append(c),
                < ' ' or '\x7f' => result.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => result.Append(c),
            };
        }

        return result.Append(quote).ToString();
    }

    /// <summary>Texts in brackets.</summary>
    public static string Quote(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quote))}]";

    /// <summary>Seconds, always with a point.</summary>
    public static string Seconds(double? seconds) => seconds?.ToString("0.0###", CultureInfo.InvariantCulture) ?? "None";
}

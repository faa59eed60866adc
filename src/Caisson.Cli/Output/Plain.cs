using System.Globalization;
using System.Text;

namespace Caisson.Cli.Output;

/// <summary>Makes text of unknown origin safe to show on a terminal.</summary>
internal static class Plain
{
    /// <summary>The text with every control and formatting character replaced, so that it can neither move the cursor nor hide what it says.</summary>
    public static string Text(string text)
    {
        if (!text.Any(IsActive))
            return text;
        var result = new StringBuilder(text.Length + 16);
        foreach (var c in text)
            _ = IsActive(c) ? result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : result.Append(c);
        return result.ToString();
    }

    // Format characters turn text around (U+202E) or are not seen at all.
    private static bool IsActive(char c) =>
        char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

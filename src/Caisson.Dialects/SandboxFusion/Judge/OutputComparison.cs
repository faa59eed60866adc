using System.Globalization;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>Whether what a program wrote is what was wanted: line by line, without regard to case and blanks at the ends, numbers within a hundred-thousandth.</summary>
internal static class OutputComparison
{
    private const double Tolerance = 1e-5;

    public static bool Matches(string written, string wanted)
    {
        var (left, right) = (Lines(written), Lines(wanted));
        return left.Length == right.Length && left.Zip(right).All(pair => Same(pair.First.Trim(), pair.Second.Trim()));
    }

    private static string[] Lines(string text)
    {
        var lines = text.Trim().ReplaceLineEndings("\n").Split('\n');
        return lines is [.. var rest, ""] && rest.Length > 0 ? rest : lines;
    }

    private static bool Same(string left, string right)
    {
        if (string.Equals(left, right, StringComparison.OrdinalIgnoreCase))
            return true;
        if (!Number(left, out var x) || !Number(right, out var y))
            return false;
        return x == y || Math.Abs(x - y) <= Tolerance * Math.Max(Math.Abs(x), Math.Abs(y));
    }

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}

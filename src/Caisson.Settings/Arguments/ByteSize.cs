using System.Globalization;
using Caisson.Core.Failures;

namespace Caisson.Settings.Arguments;

/// <summary>Sizes on the command line: a whole number of bytes, or of K, M, G or T (powers of 1024).</summary>
public static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>Reads a size above zero; InvalidArgument says what is wrong with a bad one.</summary>
    public static long Parse(string text)
    {
        var digits = text.AsSpan();
        var shift = 0;
        if (digits.EndsWith("iB", StringComparison.Ordinal) && digits.Length > 2 && !char.IsAsciiDigit(digits[^3]))
            digits = digits[..^2];
        if (digits.Length > 0 && Units.IndexOf(char.ToUpperInvariant(digits[^1]), StringComparison.Ordinal) is >= 0 and var unit)
        {
            shift = (unit + 1) * 10;
            digits = digits[..^1];
        }

        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{text}' is not a size", "Write a whole number with K, M, G or T, such as 512M.");
        if (count > long.MaxValue >> shift)
            throw new CaissonException(ErrorCode.InvalidArgument, $"the size '{text}' is too large", "The most is 8388607T.");
        return count << shift;
    }
}

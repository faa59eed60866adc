using System.Globalization;
using Caisson.Core.Failures;

namespace Caisson.Settings.Arguments;

/// <summary>Lengths of time on the command line: a whole number of seconds, or of ms, s, m, h or d.</summary>
public static class Durations
{
    private static readonly (string Suffix, long Milliseconds)[] _units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    // Timers of the runtime reach no further.
    private const long LongestMilliseconds = uint.MaxValue - 1L;

    /// <summary>Reads a duration above zero; InvalidArgument says what is wrong with a bad one.</summary>
    public static TimeSpan Parse(string text)
    {
        var digits = text.AsSpan();
        var scale = 1000L;
        foreach (var (suffix, milliseconds) in _units)
        {
            if (!digits.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            digits = digits[..^suffix.Length];
            scale = milliseconds;
            break;
        }

        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{text}' is not a duration", "Write a whole number with ms, s, m, h or d, such as 90s.");
        if (count > LongestMilliseconds / scale)
            throw new CaissonException(ErrorCode.InvalidArgument, $"the duration '{text}' is too long", "The most is 49 days.");
        return TimeSpan.FromMilliseconds(count * scale);
    }
}

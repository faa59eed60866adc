using System.Globalization;
using Caisson.Core.Failures;

namespace Caisson.Server.Commands;

/// <summary>Lengths of time as people write them: <c>90s</c>, <c>15m</c>, <c>12h</c>, <c>30d</c>.</summary>
internal static class Duration
{
    private const int MostDays = 36500;

    /// <summary>Reads one, or throws InvalidArgument.</summary>
    public static TimeSpan Parse(string text)
    {
        var unit = text.Length > 1 ? text[^1] : '?';
        var seconds = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (seconds == 0 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count == 0 || (long)count * seconds > MostDays * 86400L)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{text}' is not a length of time.", "Write a number and s, m, h or d, such as 30d.");
        return TimeSpan.FromSeconds((double)count * seconds);
    }
}

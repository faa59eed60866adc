using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Caisson.Store;

/// <summary>Moments as text that sorts by time and loses nothing.</summary>
internal static class Moment
{
    public static string Write(DateTimeOffset moment) => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    [return: NotNullIfNotNull(nameof(moment))]
    public static string? Write(DateTimeOffset? moment) => moment is { } known ? Write(known) : null;

    public static DateTimeOffset Read(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

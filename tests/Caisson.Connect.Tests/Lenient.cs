using System.Text.Json.Serialization;

namespace Caisson.Connect.Tests;

internal sealed class Lenient
{
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
    public long BigNumber { get; set; }

    public ReadOnlyMemory<byte>? RawBytes { get; set; }

    public DayOfWeek Day { get; set; }
}

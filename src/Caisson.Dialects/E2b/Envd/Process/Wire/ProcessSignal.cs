using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Envd.Process.Wire;

/// <summary>The signals that may be sent; the numbers are the system's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProcessSignal>))]
internal enum ProcessSignal
{
    [JsonStringEnumMemberName("SIGNAL_UNSPECIFIED")]
    Unspecified = 0,

    [JsonStringEnumMemberName("SIGNAL_SIGKILL")]
    Kill = 9,

    [JsonStringEnumMemberName("SIGNAL_SIGTERM")]
    Terminate = 15,
}

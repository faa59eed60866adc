using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Caisson.Connect;

/// <summary>Messages in and out of JSON.</summary>
internal static class ConnectMessage
{
    public static T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        // The parser looks only at the text that it hands over, and unknown fields it does not.
        if (!Utf8.IsValid(json))
            throw new ConnectException(ConnectCode.InvalidArgument, "the message is not valid UTF-8");
        try
        {
            return JsonSerializer.Deserialize(json.IsEmpty ? "{}"u8 : json, type)
                ?? throw new ConnectException(ConnectCode.InvalidArgument, "the message must be a JSON object, not null");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw new ConnectException(ConnectCode.InvalidArgument, "the message is not valid JSON for this procedure: " + error.Message, error);
        }
    }

    public static ConnectException TooLarge(long limit) =>
        new(ConnectCode.ResourceExhausted, $"the message is larger than the limit of {limit} bytes");
}

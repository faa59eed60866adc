using System.Text.Json;
using System.Text.Json.Serialization;

namespace Caisson.Connect.Json;

/// <summary>Bytes as base64: written with the standard alphabet, read with either and with or without padding.</summary>
internal sealed class ProtoBytesConverter : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("bytes are written as a base64 string");
        if (reader.TryGetBytesFromBase64(out var bytes))
            return bytes;
        var text = reader.GetString()!.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException error)
        {
            throw new JsonException("bytes are written as a base64 string", error);
        }
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.Span);
}

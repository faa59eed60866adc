using System.Text.Json;
using System.Text.Json.Serialization;

namespace Caisson.Client.Wire;

internal sealed class HeaderValueConverter : JsonConverter<HeaderValueBody>
{
    public override HeaderValueBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("header values are not read");

    public override void Write(Utf8JsonWriter writer, HeaderValueBody value, JsonSerializerOptions options)
    {
        if (value.Secret is null)
        {
            writer.WriteStringValue(value.Text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("secret", value.Secret);
        if (value.Prefix is not null)
            writer.WriteString("prefix", value.Prefix);
        writer.WriteEndObject();
    }
}

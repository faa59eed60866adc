using System.Text.Json;
using System.Text.Json.Serialization;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>Reads a header's value as a string, or as an object that names a secret.</summary>
internal sealed class HeaderValueConverter : JsonConverter<HeaderValueBody>
{
    public override HeaderValueBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new HeaderValueBody(reader.GetString());
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a header's value is a string or {\"secret\": NAME}");
        string? secret = null, prefix = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                throw new JsonException("the fields of a header's value are strings");
            if (name == "secret" && secret is null)
                secret = reader.GetString();
            else if (name == "prefix" && prefix is null)
                prefix = reader.GetString();
            else
                throw new JsonException("a header's value has the fields 'secret' and 'prefix', each once");
        }

        return new HeaderValueBody(null, secret ?? throw new JsonException("a header's value lacks 'secret'"), prefix);
    }

    public override void Write(Utf8JsonWriter writer, HeaderValueBody value, JsonSerializerOptions options)
    {
        if (value.Secret is null)
        {
            writer.WriteStringValue(value.Text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("secret", value.Secret);
        writer.WriteEndObject();
    }
}

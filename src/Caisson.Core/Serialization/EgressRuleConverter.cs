using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Policy;

namespace Caisson.Core.Serialization;

/// <summary>Writes an egress rule as its text; a bad text is a <see cref="JsonException"/> with the reason.</summary>
public sealed class EgressRuleConverter : JsonConverter<EgressRule>
{
    /// <inheritdoc/>
    public override EgressRule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("an egress rule is a string");
        return EgressRule.TryParse(reader.GetString()!, out var rule, out var error) ? rule : throw new JsonException(error);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EgressRule value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Sandboxes;

namespace Caisson.Core.Serialization;

/// <summary>Writes a sandbox's id as its text.</summary>
public sealed class SandboxIdConverter : JsonConverter<SandboxId>
{
    /// <inheritdoc/>
    public override SandboxId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && SandboxId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("a sandbox id is twenty characters of [a-z0-9]");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SandboxId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

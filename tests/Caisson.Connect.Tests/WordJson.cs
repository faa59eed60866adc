using System.Text.Json.Serialization;

namespace Caisson.Connect.Tests;

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Word))]
[JsonSerializable(typeof(Lenient))]
internal sealed partial class WordJson : JsonSerializerContext;

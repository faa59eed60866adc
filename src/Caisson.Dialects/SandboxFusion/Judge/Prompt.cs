using System.Text.Json;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>One problem as it is put to a model.</summary>
internal sealed record Prompt(JsonElement Id, [property: System.Text.Json.Serialization.JsonPropertyName("prompt")] JsonElement Text, JsonElement Labels);

using System.Text.Json.Serialization;

namespace Caisson.Engine.Rollouts.Batches;

/// <summary>How batches and results are written to disk.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(RolloutManifest))]
[JsonSerializable(typeof(RolloutResult))]
internal sealed partial class RolloutJson : JsonSerializerContext;

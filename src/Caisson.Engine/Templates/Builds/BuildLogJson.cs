using System.Text.Json.Serialization;

namespace Caisson.Engine.Templates.Builds;

/// <summary>A build's log as its file holds it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BuildLogEntry))]
internal sealed partial class BuildLogJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Caisson.Core.Events;

namespace Caisson.Engine.Timeline;

/// <summary>How entries are written, one JSON object a line.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SandboxEvent))]
internal sealed partial class TimelineJson : JsonSerializerContext;

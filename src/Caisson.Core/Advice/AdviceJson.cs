using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Backends;
using Caisson.Core.Policy;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>The JSON of workloads and recommendations; a field that is not known is refused.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    MaxDepth = 16,
    Converters = [typeof(CamelCaseNameConverter<WallStrength>), typeof(CamelCaseNameConverter<EgressVerdict>)])]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(Recommendation))]
[JsonSerializable(typeof(AdvisedSpec))]
public sealed partial class AdviceJson : JsonSerializerContext;

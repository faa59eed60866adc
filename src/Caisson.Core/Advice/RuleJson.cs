using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Backends;
using Caisson.Core.Policy;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>The JSON of the rules: a condition or field that the program does not know is an error, never passed over.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    Converters = [typeof(CamelCaseNameConverter<WallStrength>), typeof(CamelCaseNameConverter<EgressVerdict>)])]
[JsonSerializable(typeof(RuleBook))]
internal sealed partial class RuleJson : JsonSerializerContext;

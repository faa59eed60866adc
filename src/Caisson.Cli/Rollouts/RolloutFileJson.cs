using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Cli.Output;
using Caisson.Client;

namespace Caisson.Cli.Rollouts;

/// <summary>How the lines of both files are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(LowerCaseEnumConverter<RolloutLabel>)])]
[JsonSerializable(typeof(RolloutTask))]
[JsonSerializable(typeof(OutputLine))]
internal sealed partial class RolloutFileJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Caisson.Cli.Output;

/// <summary>An enumeration as camel-case names.</summary>
internal sealed class LowerCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase)
    where TEnum : struct, Enum;

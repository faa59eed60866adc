using System.Text.Json;
using System.Text.Json.Serialization;

namespace Caisson.Client.Wire;

/// <summary>An enumeration as camel-case names.</summary>
internal sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase)
    where TEnum : struct, Enum;

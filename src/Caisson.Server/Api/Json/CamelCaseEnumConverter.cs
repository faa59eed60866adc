using System.Text.Json;
using System.Text.Json.Serialization;

namespace Caisson.Server.Api.Json;

/// <summary>An enumeration as camel-case names; numbers are refused.</summary>
internal sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Caisson.Core.Serialization;

/// <summary>Writes an enumeration as camel-case names and refuses numbers.</summary>
public sealed class CamelCaseNameConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;

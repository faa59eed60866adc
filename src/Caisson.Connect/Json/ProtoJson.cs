using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Caisson.Connect.Json;

/// <summary>Proto-JSON on System.Text.Json: lower camel case out, snake case also in, numbers as text also in, unknown fields ignored.</summary>
public static class ProtoJson
{
    /// <summary>Options over a source-generated context; message classes need settable properties.</summary>
    public static JsonSerializerOptions CreateOptions(IJsonTypeInfoResolver resolver)
    {
        var options = new JsonSerializerOptions
        {
            TypeInfoResolver = resolver.WithAddedModifier(AcceptSnakeCase),
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new ProtoBytesConverter());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>The contract of one message.</summary>
    public static JsonTypeInfo<T> TypeOf<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    private static void AcceptSnakeCase(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in type.Properties.ToArray())
        {
            var snake = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            if (snake == property.Name || property.Set is null || type.Properties.Any(other => other.Name == snake))
                continue;
            var alias = type.CreateJsonPropertyInfo(property.PropertyType, snake);
            alias.Set = property.Set;
            alias.NumberHandling = property.NumberHandling;
            alias.CustomConverter = property.CustomConverter;
            type.Properties.Add(alias);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Caisson.Connect.Json;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>The contracts of envd's messages, lenient on the way in.</summary>
internal static class EnvdMessages
{
    private static readonly JsonSerializerOptions _lenient = ProtoJson.CreateOptions(EnvdJson.Default);

    public static JsonTypeInfo<T> Type<T>() => _lenient.TypeOf<T>();
}

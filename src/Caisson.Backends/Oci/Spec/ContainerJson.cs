using System.Text.Json.Serialization;

namespace Caisson.Backends.Oci.Spec;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContainerSpec))]
internal sealed partial class ContainerJson : JsonSerializerContext;

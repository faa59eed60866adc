using System.Text.Json.Serialization;

namespace Caisson.Images.Sources.Registry;

[JsonSerializable(typeof(RegistryToken))]
internal sealed partial class RegistryJson : JsonSerializerContext;

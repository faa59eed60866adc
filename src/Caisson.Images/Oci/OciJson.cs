using System.Text.Json.Serialization;

namespace Caisson.Images.Oci;

[JsonSourceGenerationOptions(MaxDepth = 32)]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageConfiguration))]
[JsonSerializable(typeof(SavedImage[]))]
internal sealed partial class OciJson : JsonSerializerContext;

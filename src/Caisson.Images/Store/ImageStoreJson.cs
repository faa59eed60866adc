using System.Text.Json.Serialization;

namespace Caisson.Images.Store;

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(ImportedImage))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class ImageStoreJson : JsonSerializerContext;

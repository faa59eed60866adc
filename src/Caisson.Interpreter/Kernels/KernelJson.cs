using System.Text.Json.Serialization;

namespace Caisson.Interpreter.Kernels;

/// <summary>The JSON of requests to kernels.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KernelRequest))]
internal sealed partial class KernelJson : JsonSerializerContext;

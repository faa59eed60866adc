using System.Text.Json.Serialization;
using Caisson.Core.Sandboxes;

namespace Caisson.Store;

/// <summary>How specs and scopes are written into JSON columns.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SandboxSpec))]
[JsonSerializable(typeof(Resources))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class StoreJson : JsonSerializerContext;

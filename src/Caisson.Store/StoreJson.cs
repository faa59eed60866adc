using System.Text.Json.Serialization;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates;

namespace Caisson.Store;

/// <summary>How specs and scopes are written into JSON columns.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SandboxSpec))]
[JsonSerializable(typeof(Resources))]
[JsonSerializable(typeof(TemplateDefaults))]
[JsonSerializable(typeof(TemplateBuild))]
[JsonSerializable(typeof(IReadOnlyList<TemplateTag>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class StoreJson : JsonSerializerContext;

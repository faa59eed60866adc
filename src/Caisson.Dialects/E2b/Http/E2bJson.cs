using System.Text.Json.Serialization;
using Caisson.Dialects.E2b.CodeInterpreter.Wire;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Envd.Files;
using Caisson.Dialects.E2b.Envd.Rest;
using Caisson.Dialects.E2b.Routing;

namespace Caisson.Dialects.E2b.Http;

/// <summary>The JSON of every REST surface.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(E2bError))]
[JsonSerializable(typeof(ProxyError))]
[JsonSerializable(typeof(NewSandbox))]
[JsonSerializable(typeof(TimeoutRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(ForkBody))]
[JsonSerializable(typeof(ForkResult[]))]
[JsonSerializable(typeof(SnapshotBody))]
[JsonSerializable(typeof(SnapshotView))]
[JsonSerializable(typeof(SnapshotView[]))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(NetworkUpdate))]
[JsonSerializable(typeof(SandboxCreated))]
[JsonSerializable(typeof(SandboxDetail))]
[JsonSerializable(typeof(SandboxDetail[]))]
[JsonSerializable(typeof(MetricEntry[]))]
[JsonSerializable(typeof(MetricsBySandbox))]
[JsonSerializable(typeof(LogsV1))]
[JsonSerializable(typeof(LogsV2))]
[JsonSerializable(typeof(TemplateAlias))]
[JsonSerializable(typeof(EnvdMetrics))]
[JsonSerializable(typeof(WrittenFile))]
[JsonSerializable(typeof(WrittenFile[]))]
[JsonSerializable(typeof(ComposeRequest))]
[JsonSerializable(typeof(ExecuteRequest))]
[JsonSerializable(typeof(ContextRequest))]
[JsonSerializable(typeof(ContextView))]
[JsonSerializable(typeof(ContextView[]))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class E2bJson : JsonSerializerContext;

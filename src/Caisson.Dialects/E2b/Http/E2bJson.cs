using System.Text.Json.Serialization;
using Caisson.Dialects.E2b.CodeInterpreter.Wire;
using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Envd.Files;
using Caisson.Dialects.E2b.Envd.Rest;
using Caisson.Dialects.E2b.Routing;
using Caisson.Dialects.E2b.Secrets.Wire;
using Caisson.Dialects.E2b.Volumes.Wire;

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
[JsonSerializable(typeof(NewVolume))]
[JsonSerializable(typeof(VolumeView))]
[JsonSerializable(typeof(VolumeView[]))]
[JsonSerializable(typeof(VolumeStat))]
[JsonSerializable(typeof(VolumeStat[]))]
[JsonSerializable(typeof(VolumeMetadata))]
[JsonSerializable(typeof(VolumeError))]
[JsonSerializable(typeof(NewSecret))]
[JsonSerializable(typeof(SecretView))]
[JsonSerializable(typeof(SecretView[]))]
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
[JsonSerializable(typeof(NewTemplate))]
[JsonSerializable(typeof(TemplateRequested))]
[JsonSerializable(typeof(FileUpload))]
[JsonSerializable(typeof(BuildStart))]
[JsonSerializable(typeof(BuildStatusView))]
[JsonSerializable(typeof(BuildLogsView))]
[JsonSerializable(typeof(TagRequest))]
[JsonSerializable(typeof(TagsAssigned))]
[JsonSerializable(typeof(TagView[]))]
[JsonSerializable(typeof(TemplateView[]))]
[JsonSerializable(typeof(TemplateDetail))]
[JsonSerializable(typeof(TemplateUpdate))]
[JsonSerializable(typeof(TemplateNames))]
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

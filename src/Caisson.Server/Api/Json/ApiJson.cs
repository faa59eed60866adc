using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Core.Volumes;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Templates;
using Caisson.Engine.Templates.Builds;
using Caisson.Server.Api.Files;
using Caisson.Server.Api.Images;
using Caisson.Server.Api.Pools;
using Caisson.Server.Api.Problems;
using Caisson.Server.Api.Processes;
using Caisson.Server.Api.Rollouts;
using Caisson.Server.Api.Sandboxes;
using Caisson.Server.Api.Secrets;
using Caisson.Server.Api.Snapshots;
using Caisson.Server.Api.Templates;
using Caisson.Server.Api.Volumes;
using Caisson.Server.Doctor;

namespace Caisson.Server.Api.Json;

/// <summary>The JSON of the native API: strict types, unknown and repeated fields refused, shallow.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16,
    Converters =
    [
        typeof(CamelCaseEnumConverter<ErrorCode>),
        typeof(CamelCaseEnumConverter<FailureKind>),
        typeof(CamelCaseEnumConverter<SandboxState>),
        typeof(CamelCaseEnumConverter<TimeoutAction>),
        typeof(CamelCaseEnumConverter<EgressVerdict>),
        typeof(CamelCaseEnumConverter<WallStrength>),
        typeof(CamelCaseEnumConverter<WallCapabilities>),
        typeof(CamelCaseEnumConverter<HostCheckState>),
        typeof(CamelCaseEnumConverter<FileEntryType>),
        typeof(CamelCaseEnumConverter<VolumeEntryType>),
        typeof(CamelCaseEnumConverter<RolloutLabel>),
        typeof(CamelCaseEnumConverter<RolloutIsolation>),
        typeof(CamelCaseEnumConverter<RolloutPriority>),
        typeof(CamelCaseEnumConverter<RolloutState>),
        typeof(CamelCaseEnumConverter<TemplateBuildState>),
        typeof(CamelCaseEnumConverter<BuildLogLevel>),
    ])]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(CreateVolume))]
[JsonSerializable(typeof(VolumeBody))]
[JsonSerializable(typeof(VolumeList))]
[JsonSerializable(typeof(VolumeFileBody))]
[JsonSerializable(typeof(VolumeFileList))]
[JsonSerializable(typeof(VolumeDirectoryBody))]
[JsonSerializable(typeof(VolumeMoveBody))]
[JsonSerializable(typeof(SetSecret))]
[JsonSerializable(typeof(SecretBody))]
[JsonSerializable(typeof(SecretList))]
[JsonSerializable(typeof(RotatedBody))]
[JsonSerializable(typeof(ResumeBody))]
[JsonSerializable(typeof(CreateSnapshot))]
[JsonSerializable(typeof(CreateForks))]
[JsonSerializable(typeof(SnapshotBody))]
[JsonSerializable(typeof(SnapshotList))]
[JsonSerializable(typeof(ForkList))]
[JsonSerializable(typeof(PoolList))]
[JsonSerializable(typeof(CreateSandbox))]
[JsonSerializable(typeof(CreatedSandbox))]
[JsonSerializable(typeof(SandboxBody))]
[JsonSerializable(typeof(SandboxList))]
[JsonSerializable(typeof(TimeoutBody))]
[JsonSerializable(typeof(EgressBody))]
[JsonSerializable(typeof(TimelineBody))]
[JsonSerializable(typeof(MetricsBody))]
[JsonSerializable(typeof(ExecBody))]
[JsonSerializable(typeof(ExecResult))]
[JsonSerializable(typeof(ExecLine))]
[JsonSerializable(typeof(ProcessList))]
[JsonSerializable(typeof(SignalBody))]
[JsonSerializable(typeof(TerminalBody))]
[JsonSerializable(typeof(FileBody))]
[JsonSerializable(typeof(FileList))]
[JsonSerializable(typeof(DirectoryBody))]
[JsonSerializable(typeof(MoveBody))]
[JsonSerializable(typeof(SubmitRollout))]
[JsonSerializable(typeof(RolloutBody))]
[JsonSerializable(typeof(RolloutLine))]
[JsonSerializable(typeof(BuildTemplate))]
[JsonSerializable(typeof(BuildBody))]
[JsonSerializable(typeof(BuildLogLine))]
[JsonSerializable(typeof(TemplateBody))]
[JsonSerializable(typeof(TemplateList))]
[JsonSerializable(typeof(TagsBody))]
[JsonSerializable(typeof(ShareBody))]
[JsonSerializable(typeof(ImageBody))]
[JsonSerializable(typeof(ImageList))]
[JsonSerializable(typeof(WallList))]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(Recommendation))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ApiJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Rollouts;
using Caisson.Server.Api.Files;
using Caisson.Server.Api.Problems;
using Caisson.Server.Api.Processes;
using Caisson.Server.Api.Rollouts;
using Caisson.Server.Api.Sandboxes;
using Caisson.Server.Api.Snapshots;
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
        typeof(CamelCaseEnumConverter<HostCheckState>),
        typeof(CamelCaseEnumConverter<FileEntryType>),
        typeof(CamelCaseEnumConverter<RolloutLabel>),
        typeof(CamelCaseEnumConverter<RolloutPriority>),
        typeof(CamelCaseEnumConverter<RolloutState>),
    ])]
[JsonSerializable(typeof(ResumeBody))]
[JsonSerializable(typeof(CreateSnapshot))]
[JsonSerializable(typeof(CreateForks))]
[JsonSerializable(typeof(SnapshotBody))]
[JsonSerializable(typeof(SnapshotList))]
[JsonSerializable(typeof(ForkList))]
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
[JsonSerializable(typeof(WallList))]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(Recommendation))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ApiJson : JsonSerializerContext;

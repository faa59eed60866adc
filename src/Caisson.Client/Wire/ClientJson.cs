using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Core.Volumes;

namespace Caisson.Client.Wire;

/// <summary>The server's JSON as the client reads it: fields of newer servers are passed over.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    Converters =
    [
        typeof(CamelCaseEnumConverter<ErrorCode>),
        typeof(CamelCaseEnumConverter<FailureKind>),
        typeof(CamelCaseEnumConverter<SandboxState>),
        typeof(CamelCaseEnumConverter<EgressVerdict>),
        typeof(CamelCaseEnumConverter<WallStrength>),
        typeof(CamelCaseEnumConverter<WallCapabilities>),
        typeof(CamelCaseEnumConverter<HostCheckState>),
        typeof(CamelCaseEnumConverter<FileEntryType>),
        typeof(CamelCaseEnumConverter<TimeoutAction>),
        typeof(CamelCaseEnumConverter<VolumeEntryType>),
        typeof(CamelCaseEnumConverter<RolloutLabel>),
        typeof(CamelCaseEnumConverter<RolloutPriority>),
        typeof(CamelCaseEnumConverter<RolloutState>),
        typeof(CamelCaseEnumConverter<BuildState>),
    ])]
[JsonSerializable(typeof(CreateBody))]
[JsonSerializable(typeof(CreatedBody))]
[JsonSerializable(typeof(SandboxDescription))]
[JsonSerializable(typeof(SandboxListing))]
[JsonSerializable(typeof(WallsBody))]
[JsonSerializable(typeof(ProcessesBody))]
[JsonSerializable(typeof(FilesBody))]
[JsonSerializable(typeof(RemoteFile))]
[JsonSerializable(typeof(TimelineBody))]
[JsonSerializable(typeof(TimeoutBody))]
[JsonSerializable(typeof(EgressBody))]
[JsonSerializable(typeof(SignalBody))]
[JsonSerializable(typeof(TerminalBody))]
[JsonSerializable(typeof(DirectoryBody))]
[JsonSerializable(typeof(MoveBody))]
[JsonSerializable(typeof(ExecBody))]
[JsonSerializable(typeof(ExecResult))]
[JsonSerializable(typeof(ExecLine))]
[JsonSerializable(typeof(RolloutSubmission))]
[JsonSerializable(typeof(RolloutStatus))]
[JsonSerializable(typeof(RolloutLine))]
[JsonSerializable(typeof(BuildTemplateBody))]
[JsonSerializable(typeof(BuildStatus))]
[JsonSerializable(typeof(BuildLine))]
[JsonSerializable(typeof(TemplatesBody))]
[JsonSerializable(typeof(CreateVolumeBody))]
[JsonSerializable(typeof(VolumeDescription))]
[JsonSerializable(typeof(VolumesBody))]
[JsonSerializable(typeof(VolumeFile))]
[JsonSerializable(typeof(VolumeFilesBody))]
[JsonSerializable(typeof(VolumeDirectoryBody))]
[JsonSerializable(typeof(VolumeMoveBody))]
[JsonSerializable(typeof(SetSecretBody))]
[JsonSerializable(typeof(SecretDescription))]
[JsonSerializable(typeof(SecretsBody))]
[JsonSerializable(typeof(RotatedBody))]
[JsonSerializable(typeof(SnapshotDescription))]
[JsonSerializable(typeof(SnapshotsBody))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(ResumeBody))]
[JsonSerializable(typeof(CreateSnapshotBody))]
[JsonSerializable(typeof(CreateForksBody))]
[JsonSerializable(typeof(ForksBody))]
[JsonSerializable(typeof(RemoteImage))]
[JsonSerializable(typeof(ImagesBody))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ClientJson : JsonSerializerContext;

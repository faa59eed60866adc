using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

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
        typeof(CamelCaseEnumConverter<HostCheckState>),
        typeof(CamelCaseEnumConverter<FileEntryType>),
        typeof(CamelCaseEnumConverter<RolloutLabel>),
        typeof(CamelCaseEnumConverter<RolloutPriority>),
        typeof(CamelCaseEnumConverter<RolloutState>),
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
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ClientJson : JsonSerializerContext;

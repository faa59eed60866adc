using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Cli.Output;

/// <summary>What <c>--json</c> prints.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true, Converters = [typeof(LowerCaseEnumConverter<FailureKind>), typeof(LowerCaseEnumConverter<SandboxState>)])]
[JsonSerializable(typeof(ExecResult))]
[JsonSerializable(typeof(List<SandboxDescription>))]
[JsonSerializable(typeof(SandboxDescription))]
[JsonSerializable(typeof(IReadOnlyList<WallStatus>))]
internal sealed partial class CliJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>The JSON of the protocol.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CreateSession))]
[JsonSerializable(typeof(BashAction))]
[JsonSerializable(typeof(BashInterrupt))]
[JsonSerializable(typeof(CloseSession))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(ReadFileRequest))]
[JsonSerializable(typeof(WriteFileRequest))]
[JsonSerializable(typeof(IsAlive))]
[JsonSerializable(typeof(SessionCreated))]
[JsonSerializable(typeof(SessionClosed))]
[JsonSerializable(typeof(Observation))]
[JsonSerializable(typeof(CommandResult))]
[JsonSerializable(typeof(FileContent))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(RaisedBody))]
[JsonSerializable(typeof(RefusedBody))]
[JsonSerializable(typeof(InvalidBody))]
internal sealed partial class SweRexJson : JsonSerializerContext;

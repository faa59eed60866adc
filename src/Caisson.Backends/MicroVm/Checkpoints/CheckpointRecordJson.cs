using System.Text.Json.Serialization;

namespace Caisson.Backends.MicroVm.Checkpoints;

[JsonSerializable(typeof(CheckpointRecord))]
internal sealed partial class CheckpointRecordJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Caisson.Backends.MicroVm.Snapshots;

[JsonSerializable(typeof(KeptRecord))]
internal sealed partial class KeptRecordJson : JsonSerializerContext;

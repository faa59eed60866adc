using System.Text.Json.Serialization;

namespace Caisson.Backends.MicroVm;

[JsonSerializable(typeof(MachineRecord))]
internal sealed partial class MachineRecordJson : JsonSerializerContext;

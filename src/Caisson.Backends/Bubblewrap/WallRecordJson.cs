using System.Text.Json.Serialization;

namespace Caisson.Backends.Bubblewrap;

[JsonSerializable(typeof(WallRecord))]
internal sealed partial class WallRecordJson : JsonSerializerContext;

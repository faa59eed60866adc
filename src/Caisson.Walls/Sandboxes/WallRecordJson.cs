using System.Text.Json.Serialization;

namespace Caisson.Walls.Sandboxes;

[JsonSerializable(typeof(WallRecord))]
internal sealed partial class WallRecordJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;
using Caisson.Dialects.E2b.Envd.Process.Wire;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>The proto-JSON of envd's RPCs.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(StartRequest))]
[JsonSerializable(typeof(AttachRequest))]
[JsonSerializable(typeof(SelectRequest))]
[JsonSerializable(typeof(SendInputRequest))]
[JsonSerializable(typeof(StreamInputRequest))]
[JsonSerializable(typeof(SendSignalRequest))]
[JsonSerializable(typeof(UpdateRequest))]
[JsonSerializable(typeof(EventFrame))]
[JsonSerializable(typeof(ListProcessesResponse))]
[JsonSerializable(typeof(PathRequest))]
[JsonSerializable(typeof(ListDirRequest))]
[JsonSerializable(typeof(MoveRequest))]
[JsonSerializable(typeof(WatchRequest))]
[JsonSerializable(typeof(WatcherReference))]
[JsonSerializable(typeof(EntryResponse))]
[JsonSerializable(typeof(EntriesResponse))]
[JsonSerializable(typeof(WatchFrame))]
[JsonSerializable(typeof(WatcherEvents))]
internal sealed partial class EnvdJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

[JsonConverter(typeof(JsonStringEnumConverter<ChangeType>))]
internal enum ChangeType
{
    [JsonStringEnumMemberName("EVENT_TYPE_UNSPECIFIED")]
    Unspecified = 0,

    [JsonStringEnumMemberName("EVENT_TYPE_CREATE")]
    Create = 1,

    [JsonStringEnumMemberName("EVENT_TYPE_WRITE")]
    Write = 2,

    [JsonStringEnumMemberName("EVENT_TYPE_REMOVE")]
    Remove = 3,

    [JsonStringEnumMemberName("EVENT_TYPE_RENAME")]
    Rename = 4,

    [JsonStringEnumMemberName("EVENT_TYPE_CHMOD")]
    Chmod = 5,
}

using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

[JsonConverter(typeof(JsonStringEnumConverter<EntryType>))]
internal enum EntryType
{
    [JsonStringEnumMemberName("FILE_TYPE_UNSPECIFIED")]
    Unspecified = 0,

    [JsonStringEnumMemberName("FILE_TYPE_FILE")]
    File = 1,

    [JsonStringEnumMemberName("FILE_TYPE_DIRECTORY")]
    Directory = 2,
}

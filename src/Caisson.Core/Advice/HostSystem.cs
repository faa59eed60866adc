using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>The host's operating system.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<HostSystem>))]
public enum HostSystem
{
    Linux,
    Macos,
    Windows,
}

using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>How the code gets at files of the host.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<HostFileUse>))]
public enum HostFileUse
{
    None,
    Copy,

    /// <summary>It changes a copy, and a person looks at the changes.</summary>
    Review,

    /// <summary>It changes the files themselves.</summary>
    Direct,
}

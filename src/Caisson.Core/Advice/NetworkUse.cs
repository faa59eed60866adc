using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>Where connections from inside go.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<NetworkUse>))]
public enum NetworkUse
{
    None,
    Allowlist,
    Open,
}

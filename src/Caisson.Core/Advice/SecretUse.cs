using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>What the code must authenticate with.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<SecretUse>))]
public enum SecretUse
{
    None,

    /// <summary>Keys that the gateway sets on requests; the code never sees them.</summary>
    Brokered,

    /// <summary>Keys in the code's own hands.</summary>
    Raw,
}

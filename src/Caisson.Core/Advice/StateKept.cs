using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>What must outlive a pause.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<StateKept>))]
public enum StateKept
{
    None,
    Fs,

    /// <summary>Running processes too.</summary>
    Memory,
}

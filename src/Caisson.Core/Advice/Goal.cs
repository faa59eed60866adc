using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>What matters most.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Goal>))]
public enum Goal
{
    Latency,
    Throughput,
    Cost,
    Security,
}

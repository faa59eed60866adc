using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>Where the sandboxes run.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Place>))]
public enum Place
{
    Laptop,
    Server,
    Ci,
    Cluster,
}

using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>How long one sandbox lives, shortest first.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Life>))]
public enum Life
{
    /// <summary>One call.</summary>
    Call,

    /// <summary>Minutes: a conversation.</summary>
    Session,
    Hours,
    Days,
}

using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>Who shares the host, fewest first.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Tenancy>))]
public enum Tenancy
{
    /// <summary>One person.</summary>
    Single,

    /// <summary>People who trust each other.</summary>
    Team,

    /// <summary>People who do not.</summary>
    Multi,
}

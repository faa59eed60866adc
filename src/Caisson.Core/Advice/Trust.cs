using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>Who wrote the code that runs inside, most trusted first.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Trust>))]
public enum Trust
{
    /// <summary>Yourself or your team.</summary>
    Own,

    /// <summary>A language model that you instructed.</summary>
    Model,

    /// <summary>Somebody else: a package, a skill, a customer.</summary>
    ThirdParty,

    /// <summary>Somebody who means harm.</summary>
    Hostile,
}

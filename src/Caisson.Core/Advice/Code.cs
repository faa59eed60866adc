using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>What is run.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Code>))]
public enum Code
{
    /// <summary>An expression or a WebAssembly module.</summary>
    Expr,

    /// <summary>Python with the standard library alone.</summary>
    Python,

    /// <summary>JavaScript without Node's modules.</summary>
    Js,

    /// <summary>Any program.</summary>
    Any,
}

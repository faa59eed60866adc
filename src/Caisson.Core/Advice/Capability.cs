using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>What a wall can do.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Capability>))]
public enum Capability
{
    Apt,
    Gui,
    Browser,
    Docker,
    Gpu,
    Pty,
    Ports,
    Ptrace,

    /// <summary>Keeping running processes across a pause.</summary>
    Memory,

    /// <summary>Copies of a running sandbox, processes included.</summary>
    Fork,

    /// <summary>Running any program, not only what was made for it.</summary>
    Programs,
}

using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Advice;

/// <summary>Something that the code must find inside.</summary>
[JsonConverter(typeof(CamelCaseNameConverter<Need>))]
public enum Need
{
    /// <summary>Installing system packages.</summary>
    Apt,

    /// <summary>A display.</summary>
    Gui,

    /// <summary>A web browser.</summary>
    Browser,

    /// <summary>Containers of its own.</summary>
    Docker,

    /// <summary>A graphics processor.</summary>
    Gpu,

    /// <summary>A terminal.</summary>
    Pty,

    /// <summary>Ports that are reached from outside.</summary>
    Ports,

    /// <summary>Debugging its own processes.</summary>
    Ptrace,
}

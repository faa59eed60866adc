using Caisson.Core.Sandboxes;
using Caisson.Server.Api.Processes;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>What a new sandbox is to be; what is left out takes the server's defaults. Host directories cannot be asked for here.</summary>
// Settable: the JSON source generator gives init-only properties that are left out null in place of their defaults.
internal sealed record CreateSandbox
{
    /// <summary>The template's name or content address.</summary>
    public string Template { get; set; } = "base";

    /// <summary>The wall's name, or null for the server's default.</summary>
    public string? Wall { get; set; }

    /// <summary>Upper bounds on what it may use; those of its template, or the server's, when left out.</summary>
    public ResourceLimits? Resources { get; set; }

    /// <summary>Variables that every process starts with; never returned.</summary>
    public Dictionary<string, string>? Environment { get; set; }

    /// <summary>The sandbox is killed after this many seconds: 1 to 2592000, 300 when left out.</summary>
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>What happens then: kill, or pause.</summary>
    public TimeoutAction OnTimeout { get; set; }

    /// <summary>Whether such a pause keeps its processes; otherwise they end and its files are kept alone.</summary>
    public bool KeepMemory { get; set; } = true;

    /// <summary>The same happens after this many seconds without use; never when left out.</summary>
    public int? IdleSeconds { get; set; }

    /// <summary>Whether a call to the paused sandbox resumes it.</summary>
    public bool AutoResume { get; set; }

    /// <summary>Volumes that appear inside.</summary>
    public List<VolumeMountBody>? Volumes { get; set; }

    /// <summary>Where connections from inside may go; nothing gets out when left out.</summary>
    public EgressBody? Egress { get; set; }

    /// <summary>Who may reach listening ports inside.</summary>
    public IngressBody? Ingress { get; set; }

    /// <summary>Labels of the caller's choosing.</summary>
    public Dictionary<string, string>? Metadata { get; set; }

    /// <summary>A program to run at once, its result coming back in the same answer.</summary>
    public ExecBody? Exec { get; set; }
}

using Caisson.Core.Policy;

namespace Caisson.Core.Sandboxes;

/// <summary>Everything a sandbox is asked to be, as plain data; a wall that cannot enforce a part refuses to start.</summary>
public sealed record SandboxSpec
{
    /// <summary>The template's name or content address.</summary>
    public string Template { get; init; } = "base";

    /// <summary>The wall's name, or null for the host's default.</summary>
    public string? Wall { get; init; }

    /// <summary>Hard upper bounds on what the sandbox may use.</summary>
    public Resources Resources { get; init; } = new();

    /// <summary>Variables that every process of the sandbox starts with.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Host directories and files that appear inside, applied in order.</summary>
    public IReadOnlyList<Mount> Mounts { get; init; } = [];

    /// <summary>Volumes that appear inside; the engine makes mounts of them.</summary>
    public IReadOnlyList<VolumeMount> Volumes { get; init; } = [];

    /// <summary>What ends the sandbox.</summary>
    public Lifecycle Lifecycle { get; init; } = new();

    /// <summary>Where connections from inside may go.</summary>
    public EgressPolicy Egress { get; init; } = new();

    /// <summary>Who may reach listening ports inside.</summary>
    public IngressPolicy Ingress { get; init; } = new();

    /// <summary>Whether a trusted program of ours inside may divide it into cells; never to be set for code of a caller's, and by no request.</summary>
    public bool Nesting { get; init; }

    /// <summary>Labels of the caller's choosing, never interpreted.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

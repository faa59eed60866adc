using Caisson.Core.Sandboxes;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>What a sandbox is at one moment.</summary>
internal sealed record SandboxBody
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required SandboxState State { get; init; }

    /// <summary>Its template.</summary>
    public required string Template { get; init; }

    /// <summary>The wall it runs behind.</summary>
    public required string Wall { get; init; }

    /// <summary>When it became ready.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its timeout ends it, or null.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When it was paused, or null while it is not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Whether it is paused with its files alone, its processes having ended.</summary>
    public bool FilesOnly { get; init; }

    /// <summary>Volumes inside.</summary>
    public IReadOnlyList<VolumeMountBody> Volumes { get; init; } = [];

    /// <summary>Its upper bounds.</summary>
    public required Resources Resources { get; init; }

    /// <summary>Where connections from inside may go.</summary>
    public required EgressBody Egress { get; init; }

    /// <summary>Who may reach its ports.</summary>
    public required IngressBody Ingress { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Its ports answer at <c>PORT-ID.domain</c>.</summary>
    public required string Domain { get; init; }
}

using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates;

namespace Caisson.Engine.Sandboxes;

/// <summary>What a sandbox is at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Spec">What it was asked to be, with the policy in force now.</param>
/// <param name="Wall">The wall it runs behind.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="StartedAt">When it became ready, UTC.</param>
/// <param name="EndsAt">When its timeout ends it, UTC, or null.</param>
/// <param name="AccessToken">The token that data-plane calls must carry; 32 characters, drawn at random.</param>
/// <param name="TrafficToken">The token that requests to its ports must carry when they are private, else null.</param>
public sealed record SandboxInfo(
    SandboxId Id,
    string Tenant,
    SandboxSpec Spec,
    string Wall,
    SandboxState State,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndsAt,
    string AccessToken,
    string? TrafficToken)
{
    /// <summary>When it was paused, UTC, or null while it is not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Whether it is paused with its files alone: there is no process and no memory to go on with.</summary>
    public bool FilesOnly { get; init; }

    /// <summary>Its memory on disk while it is paused, or null where its wall has it or there is none.</summary>
    public MemoryOnDisk? Memory { get; init; }

    /// <summary>The address of the layer it stands on, where it was started from a snapshot or forked; null for a template alone.</summary>
    public string? Layer { get; init; }

    /// <summary>Whether it has a wall; otherwise all that it has on the host lies on disk.</summary>
    internal bool HasWall => !FilesOnly && Memory is not { Whole: true };

    /// <summary>What its template gives it beside files.</summary>
    public TemplateDefaults Defaults { get; init; } = TemplateDefaults.None;
}

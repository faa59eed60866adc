using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Rollouts;

/// <summary>One independent execution in a sandbox of its own.</summary>
public sealed record RolloutExecution
{
    /// <summary>The caller's own name for it, passed back with the result.</summary>
    public string? Name { get; init; }

    /// <summary>The sandbox it gets; its lifecycle is the engine's business.</summary>
    public SandboxSpec Spec { get; init; } = new();

    /// <summary>The user inside, or null for the default.</summary>
    public string? User { get; init; }

    /// <summary>The directory it runs in, made if missing.</summary>
    public string WorkingDirectory { get; init; } = "/home/user";

    /// <summary>Files put there first.</summary>
    public IReadOnlyList<RolloutFile> Files { get; init; } = [];

    /// <summary>Absolute paths of the template without which it cannot be run.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Whether it must have a sandbox of its own, and not a fork in a cell of a shared one.</summary>
    public bool Fresh { get; init; }

    /// <summary>Programs run one after the other; at least one.</summary>
    public required IReadOnlyList<RolloutStep> Steps { get; init; }

    /// <summary>Paths of files to give back; missing ones are left out.</summary>
    public IReadOnlyList<string> Fetch { get; init; } = [];

    /// <summary>The most bytes of fetched files together; more is <see cref="RolloutLabel.Quota"/>.</summary>
    public long FetchLimit { get; init; } = 16L << 20;
}

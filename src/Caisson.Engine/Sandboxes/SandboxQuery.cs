using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Sandboxes;

/// <summary>Which sandboxes to list; null filters let everything through.</summary>
public sealed record SandboxQuery
{
    /// <summary>Labels that must all be there with these values.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>States to list.</summary>
    public IReadOnlyList<SandboxState>? States { get; init; }

    /// <summary>Only those started after this moment.</summary>
    public DateTimeOffset? StartedAfter { get; init; }

    /// <summary>Only those of this template.</summary>
    public string? Template { get; init; }

    /// <summary>Oldest first instead of newest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>The most to return, 1 to 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Where the page before ended, as <see cref="SandboxPage.Next"/> said; InvalidArgument when it is not one of ours.</summary>
    public string? After { get; init; }
}

namespace Caisson.Core.Sandboxes;

/// <summary>What ends a sandbox.</summary>
public sealed record Lifecycle
{
    /// <summary>The sandbox is killed this long after its start or the last extension; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }
}

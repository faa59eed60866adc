namespace Caisson.Core.Sandboxes;

/// <summary>What ends or pauses a sandbox, and what wakes it.</summary>
public sealed record Lifecycle
{
    /// <summary>The sandbox runs this long after its start or the last extension; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What happens then.</summary>
    public TimeoutAction OnTimeout { get; init; }

    /// <summary>Whether such a pause keeps memory, so that processes go on after it; else they end, and only files are kept.</summary>
    public bool KeepMemory { get; init; } = true;

    /// <summary>The same happens after this long without a process started from outside, a call, an open connection to a port or one going out; null for never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether a call or a connection to a paused sandbox resumes it; otherwise it is refused.</summary>
    public bool AutoResume { get; init; }
}

using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Engine.Snapshots;

namespace Caisson.Engine.Sandboxes;

/// <summary>One live sandbox as APIs and dialects see it.</summary>
/// <remarks>
/// One change of state at a time: a call that comes during another's is a Conflict. A paused sandbox that resumes by itself is resumed by a call of
/// <see cref="Guest"/> or by <see cref="ConnectAsync"/>; another refuses them as a Conflict.
/// </remarks>
public interface ISandbox
{
    /// <summary>What it is now; a new value after every change.</summary>
    SandboxInfo Info { get; }

    /// <summary>How it is divided, where it was started for that; null on all others.</summary>
    INesting? Nesting => null;

    /// <summary>Its control door; executions started here are written to the timeline. A pause ends what is under way here, not what runs inside.</summary>
    IGuest Guest { get; }

    /// <summary>Completes when the sandbox has ended, whatever ended it.</summary>
    Task Ended { get; }

    /// <summary>Completes when its doors close, because it is paused or has ended; a new one after each resumption.</summary>
    Task Away { get; }

    /// <summary>Makes it usable if it is paused and resumes by itself; Conflict when it does not, NotFound when it has ended.</summary>
    Task WakeAsync(CancellationToken cancellation);

    /// <summary>Stops every process where it stands, or, without memory, ends every process and keeps the files; Unsupported where the wall cannot.</summary>
    Task PauseAsync(bool keepMemory, CancellationToken cancellation);

    /// <summary>
    /// Lets a paused sandbox go on, with this long to live, or as long as it was first given. One of which only files were kept, or whose memory is not
    /// wanted, starts anew on its files.
    /// </summary>
    Task ResumeAsync(TimeSpan? timeout, bool keepMemory, CancellationToken cancellation);

    /// <summary>Keeps its files as a snapshot from which sandboxes can be started; it is running or paused, and stays so.</summary>
    Task<SnapshotInfo> SnapshotAsync(SnapshotRequest request, CancellationToken cancellation);

    /// <summary>Starts sandboxes from what its files are now; each succeeds or fails by itself.</summary>
    Task<IReadOnlyList<ForkOutcome>> ForkAsync(ForkRequest request, CancellationToken cancellation);

    /// <summary>Ends it and removes everything it had on the host; done when it returns.</summary>
    Task KillAsync(CancellationToken cancellation);

    /// <summary>Sets its end to this long from now, earlier or later than before; zero or less ends it now.</summary>
    Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Moves its end to this long from now if that is later than before.</summary>
    Task ExtendAsync(TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Replaces its egress policy.</summary>
    Task UpdateEgressAsync(EgressPolicy policy, CancellationToken cancellation);

    /// <summary>Opens a byte stream to a TCP port listening inside; Unavailable when nothing listens.</summary>
    Task<Stream> ConnectAsync(int port, CancellationToken cancellation);

    /// <summary>What it uses now.</summary>
    Task<SandboxUsage> UsageAsync(CancellationToken cancellation);

    /// <summary>Samples of its use, oldest first, one about every five seconds, one hour at most.</summary>
    IReadOnlyList<SandboxMetric> Metrics { get; }

    /// <summary>Its timeline after an entry number, oldest first, at most <paramref name="limit"/> entries.</summary>
    IReadOnlyList<SandboxEvent> ReadTimeline(long after, int limit);
}

using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Guests;
using Caisson.Core.Policy;

namespace Caisson.Engine.Sandboxes;

/// <summary>One live sandbox as APIs and dialects see it.</summary>
public interface ISandbox
{
    /// <summary>What it is now; a new value after every change.</summary>
    SandboxInfo Info { get; }

    /// <summary>Its control door; executions started here are written to the timeline.</summary>
    IGuest Guest { get; }

    /// <summary>Completes when the sandbox has ended, whatever ended it.</summary>
    Task Ended { get; }

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

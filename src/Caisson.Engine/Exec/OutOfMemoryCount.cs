using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;

namespace Caisson.Engine.Exec;

/// <summary>How often a sandbox's memory limit has ended a process, as far as we have looked.</summary>
internal sealed class OutOfMemoryCount(Func<CancellationToken, Task<SandboxUsage>> usage, ITimeline timeline)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private long _kills;

    public long Kills => Interlocked.Read(ref _kills);

    /// <summary>Looks again; whether the limit ended a process after <paramref name="before"/> had been counted.</summary>
    public async Task<bool> RoseAboveAsync(long before, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            Observe(await usage(patience.Token));
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException or IOException)
        {
            // A sandbox that cannot be measured has not been shown to lack memory.
        }

        return Kills > before;
    }

    /// <summary>Takes note of a measurement made for another reason.</summary>
    public void Observe(SandboxUsage measured)
    {
        var known = Kills;
        while (measured.OutOfMemoryKills > known)
        {
            var seen = Interlocked.CompareExchange(ref _kills, measured.OutOfMemoryKills, known);
            if (seen == known)
            {
                timeline.Append(new LimitReached("memory", "The memory limit was reached and a process was killed."));
                return;
            }

            known = seen;
        }
    }

    /// <summary>Starts from a count made before this server looked, without an entry for it.</summary>
    public void StartFrom(long kills) => Interlocked.Exchange(ref _kills, kills);
}

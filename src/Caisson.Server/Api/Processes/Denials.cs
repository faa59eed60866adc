using Caisson.Core.Events;
using Caisson.Core.Policy;
using Caisson.Engine.Sandboxes;

namespace Caisson.Server.Api.Processes;

/// <summary>Finds in a timeline what was refused since a moment.</summary>
internal static class Denials
{
    private const int Most = 100;
    private const int Page = 500;
    private const int MostPages = 40;

    /// <summary>The number of the last entry, found by halving: a timeline tells only what comes after a number.</summary>
    public static long Mark(ISandbox sandbox)
    {
        var last = 0L;
        var step = 64L;
        while (sandbox.ReadTimeline(last + step, 1) is [var found])
            (last, step) = (found.Sequence, step * 2);
        while (step > 0)
        {
            if (sandbox.ReadTimeline(last + step - 1, 1) is [var found])
                last = found.Sequence;
            step /= 2;
        }

        return last;
    }

    /// <summary>What was refused after an entry, each destination once.</summary>
    public static IReadOnlyList<Denial> Since(ISandbox sandbox, long mark)
    {
        var seen = new HashSet<Denial>();
        for (var page = 0; page < MostPages && seen.Count < Most; page++)
        {
            var entries = sandbox.ReadTimeline(mark, Page);
            foreach (var entry in entries.OfType<EgressDecision>())
            {
                if (entry.Verdict == EgressVerdict.Deny && seen.Count < Most)
                    seen.Add(new Denial(entry.Host, entry.Port, entry.Rule, entry.Remedy));
            }

            if (entries.Count < Page)
                break;
            mark = entries[^1].Sequence;
        }

        return [.. seen];
    }
}

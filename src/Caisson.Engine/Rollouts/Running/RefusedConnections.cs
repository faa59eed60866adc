using Caisson.Core.Events;
using Caisson.Core.Policy;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Rollouts.Running;

/// <summary>What a sandbox's timeline tells of connections that were refused.</summary>
internal static class RefusedConnections
{
    private const int Most = 100;
    private const int Page = 500;
    private const int MostPages = 20;

    /// <summary>Every destination refused in the sandbox's life, once.</summary>
    public static IReadOnlyList<RolloutDenial> Of(ISandbox sandbox)
    {
        var seen = new HashSet<RolloutDenial>();
        var after = 0L;
        for (var page = 0; page < MostPages && seen.Count < Most; page++)
        {
            var entries = sandbox.ReadTimeline(after, Page);
            foreach (var entry in entries.OfType<EgressDecision>().Where(entry => entry.Verdict == EgressVerdict.Deny).Take(Most - seen.Count))
                seen.Add(new RolloutDenial(entry.Host, entry.Port, entry.Rule, entry.Remedy));
            if (entries.Count < Page)
                break;
            after = entries[^1].Sequence;
        }

        return [.. seen];
    }
}

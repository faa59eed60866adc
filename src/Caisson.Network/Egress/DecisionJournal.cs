using System.Net;
using Caisson.Core.Events;
using Caisson.Core.Policy;

namespace Caisson.Network.Egress;

/// <summary>Writes decisions to the timeline, so many equal ones at most in a while, and keeps the latest denials.</summary>
internal sealed class DecisionJournal(ITimeline timeline, EgressGatewayOptions options, TimeProvider time)
{
    private const int MaxRemembered = 1024;

    // Programs are told what was refused while they ran, so the next one's refusal must be there too; a flood need not.
    private const int MaxEqual = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Host, int Port, EgressVerdict Verdict, string Rule), (long Since, int Count)> _recent = [];
    private readonly Queue<EgressDecision> _denials = [];

    /// <summary>The latest denials, oldest first.</summary>
    public IReadOnlyList<EgressDecision> Denials
    {
        get
        {
            lock (_lock)
                return [.. _denials];
        }
    }

    /// <summary>Notes that a connection is let through.</summary>
    public void Allow(EgressTarget target, IPAddress? address, string rule) =>
        Append(new(target.Host, target.Port, address?.ToString(), EgressVerdict.Allow, rule, null));

    /// <summary>Notes that a connection is refused.</summary>
    public void Deny(Refusal refusal) =>
        Append(new(
            refusal.Target.Host, refusal.Target.Port, (refusal.Address ?? refusal.Target.Address)?.ToString(), EgressVerdict.Deny, refusal.Rule, refusal.Remedy));

    /// <summary>Notes that a limit was reached.</summary>
    public void Limit(string resource, int limit)
    {
        lock (_lock)
        {
            if (Count((resource, 0, EgressVerdict.Deny, "limit")) > 1)
                return;
        }

        timeline.Append(new LimitReached(resource, $"at most {limit} at once"));
    }

    private void Append(EgressDecision decision)
    {
        lock (_lock)
        {
            var equal = Count((decision.Host, decision.Port, decision.Verdict, decision.Rule));
            if (equal > (decision.Verdict == EgressVerdict.Deny ? MaxEqual : 1))
                return;
            if (decision.Verdict == EgressVerdict.Deny && equal == 1)
            {
                if (_denials.Count >= options.MaxDenials)
                    _denials.Dequeue();
                _denials.Enqueue(decision with { At = time.GetUtcNow() });
            }
        }

        timeline.Append(decision);
    }

    // How many equal decisions there were in this while, this one included.
    private int Count((string Host, int Port, EgressVerdict Verdict, string Rule) key)
    {
        if (_recent.TryGetValue(key, out var known) && time.GetElapsedTime(known.Since) < options.DecisionWindow)
        {
            _recent[key] = known with { Count = known.Count + 1 };
            return known.Count + 1;
        }

        if (_recent.Count >= MaxRemembered)
            _recent.Clear();
        _recent[key] = (time.GetTimestamp(), 1);
        return 1;
    }
}

using System.Net;
using Caisson.Core.Events;
using Caisson.Core.Policy;

namespace Caisson.Network.Egress;

/// <summary>Writes decisions to the timeline, equal ones once in a while, and keeps the latest denials.</summary>
internal sealed class DecisionJournal(ITimeline timeline, EgressGatewayOptions options, TimeProvider time)
{
    private const int MaxRemembered = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Host, int Port, EgressVerdict Verdict, string Rule), long> _recent = [];
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
            if (!IsNew((resource, 0, EgressVerdict.Deny, "limit")))
                return;
        }

        timeline.Append(new LimitReached(resource, $"at most {limit} at once"));
    }

    private void Append(EgressDecision decision)
    {
        lock (_lock)
        {
            if (!IsNew((decision.Host, decision.Port, decision.Verdict, decision.Rule)))
                return;
            if (decision.Verdict == EgressVerdict.Deny)
            {
                if (_denials.Count >= options.MaxDenials)
                    _denials.Dequeue();
                _denials.Enqueue(decision with { At = time.GetUtcNow() });
            }
        }

        timeline.Append(decision);
    }

    private bool IsNew((string Host, int Port, EgressVerdict Verdict, string Rule) key)
    {
        if (_recent.TryGetValue(key, out var at) && time.GetElapsedTime(at) < options.DecisionWindow)
            return false;
        if (_recent.Count >= MaxRemembered)
            _recent.Clear();
        _recent[key] = time.GetTimestamp();
        return true;
    }
}

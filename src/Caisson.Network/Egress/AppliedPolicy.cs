using Caisson.Core.Policy;

namespace Caisson.Network.Egress;

/// <summary>A policy in force, with what is asked of it at every connection worked out once.</summary>
internal sealed class AppliedPolicy(EgressPolicy policy)
{
    /// <summary>The policy.</summary>
    public EgressPolicy Policy { get; } = policy;

    /// <summary>Whether names seen in traffic matter.</summary>
    public bool NameRules { get; } = EgressJudge.HasNameRules(policy);

    /// <summary>Headers to set on requests to a host; empty for nearly all.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HeadersFor(string? name)
    {
        if (name is null || Policy.Transforms.Count == 0)
            return [];
        return [.. Policy.Transforms.Where(t => EgressJudge.MatchesPattern(t.Host, name)).SelectMany(t => t.Headers)];
    }
}

using System.Net;
using Caisson.Core.Policy;
using Caisson.Network.Addresses;

namespace Caisson.Network.Egress;

/// <summary>Judges destinations by a policy; pure.</summary>
internal static class EgressJudge
{
    /// <summary>Judges a destination by its name (lower case), its address, or both; a name whose address is not yet known is judged by name rules.</summary>
    public static Judgement Judge(EgressPolicy policy, string? name, IPAddress? address, int port)
    {
        var effective = address is null ? null : AddressRange.Effective(address);
        var denied = FirstMatch(policy.Deny, name, address, effective, port, deny: true);
        if (denied is not null && policy.DenyFirst)
            return new(EgressVerdict.Deny, denied);
        var allowed = FirstMatch(policy.Allow, name, null, effective, port, deny: false);
        if (allowed is not null)
            return new(EgressVerdict.Allow, allowed);
        return denied is not null ? new(EgressVerdict.Deny, denied) : new(policy.Unlisted, null);
    }

    /// <summary>Whether a name is let through on at least one port, which is when its existence may be asked of the outside.</summary>
    public static bool MayReach(EgressPolicy policy, string name)
    {
        // Port 0 stands for every port that no rule names.
        if (Judge(policy, name, null, 0).Allowed)
            return true;
        foreach (var rule in policy.Allow)
        {
            if (rule.Port is { } port && Judge(policy, name, null, port).Allowed)
                return true;
        }

        return policy.Unlisted == EgressVerdict.Allow
            && policy.Deny.Any(r => r.Port is { } port && Judge(policy, name, null, port).Allowed);
    }

    /// <summary>Whether any rule is about names, so that names seen in traffic matter.</summary>
    public static bool HasNameRules(EgressPolicy policy) => policy.Allow.Any(IsNameRule) || policy.Deny.Any(IsNameRule);

    /// <summary>Whether a name is exactly a pattern or, for <c>*.suffix</c>, has at least one label more.</summary>
    public static bool MatchesPattern(string pattern, string name) =>
        EgressRule.TryParse(pattern, out var rule, out _) && rule.Kind != EgressRuleKind.Network && MatchesName(rule, name);

    private static bool IsNameRule(EgressRule rule) => rule.Kind is EgressRuleKind.Host or EgressRuleKind.Suffix;

    private static EgressRule? FirstMatch(
        IReadOnlyList<EgressRule> rules, string? name, IPAddress? address, IPAddress? effective, int port, bool deny)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (rule.Port is { } only && only != port)
                continue;
            var matches = rule.Kind == EgressRuleKind.Network
                ? MatchesAddress(rule, address, effective, deny)
                : MatchesName(rule, name);
            if (matches)
                return rule;
        }

        return null;
    }

    private static bool MatchesName(EgressRule rule, string? name) => rule.Kind switch
    {
        EgressRuleKind.Everything => true,
        EgressRuleKind.Host => string.Equals(rule.Name, name, StringComparison.Ordinal),
        EgressRuleKind.Suffix => name is not null && name.Length > rule.Name!.Length + 1
            && name.EndsWith(rule.Name, StringComparison.Ordinal) && name[name.Length - rule.Name.Length - 1] == '.',
        _ => false,
    };

    // Denying every address denies every name as well, before its resolution could tell anybody of it.
    private static bool MatchesAddress(EgressRule rule, IPAddress? address, IPAddress? effective, bool deny) =>
        effective is null
            ? deny && rule.Network.PrefixLength == 0
            : rule.Network.Contains(effective) || (deny && address is not null && rule.Network.Contains(address));
}

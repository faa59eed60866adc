using Caisson.Core.Policy;

namespace Caisson.Network.Egress;

/// <summary>What a policy says of a destination.</summary>
/// <param name="Verdict">Whether it is let through.</param>
/// <param name="Matched">The rule that decided, or null when none matched.</param>
internal readonly record struct Judgement(EgressVerdict Verdict, EgressRule? Matched)
{
    /// <summary>Whether it is let through.</summary>
    public bool Allowed => Verdict == EgressVerdict.Allow;

    /// <summary>Whether a rule on the name, and nothing wider, let it through.</summary>
    public bool AllowedByName => Allowed && Matched?.Kind is EgressRuleKind.Host or EgressRuleKind.Suffix;

    /// <summary>The deciding rule as text.</summary>
    public string Rule => Matched?.Text ?? BuiltInRule.Unlisted;
}

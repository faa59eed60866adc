using Caisson.Core.Policy;

namespace Caisson.Core.Advice;

/// <summary>The egress policy of an advice.</summary>
public sealed record AdvisedEgress
{
    /// <summary>Destinations let through.</summary>
    public List<string> Allow { get; set; } = [];

    /// <summary>What happens to a destination that no rule names.</summary>
    public EgressVerdict Unlisted { get; set; } = EgressVerdict.Deny;
}

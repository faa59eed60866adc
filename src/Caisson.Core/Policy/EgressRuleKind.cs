namespace Caisson.Core.Policy;

/// <summary>What an egress rule matches on.</summary>
public enum EgressRuleKind
{
    /// <summary>One name, exactly.</summary>
    Host,

    /// <summary>Every name below a domain, not the domain itself.</summary>
    Suffix,

    /// <summary>An address or a CIDR range.</summary>
    Network,

    /// <summary>Every destination.</summary>
    Everything,
}

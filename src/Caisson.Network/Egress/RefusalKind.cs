namespace Caisson.Network.Egress;

/// <summary>Why a connection goes nowhere.</summary>
internal enum RefusalKind
{
    /// <summary>A rule refuses it.</summary>
    Rule,

    /// <summary>What was sent is malformed.</summary>
    Malformed,

    /// <summary>The name does not resolve.</summary>
    Unresolvable,

    /// <summary>Nothing answers there.</summary>
    Unreachable,
}

namespace Caisson.Verify;

/// <summary>How a case came out.</summary>
public enum CaseOutcome
{
    /// <summary>It holds.</summary>
    Holds,

    /// <summary>The wall or the host has not what it needs.</summary>
    NotAvailable,

    /// <summary>It does not hold.</summary>
    Failed,
}

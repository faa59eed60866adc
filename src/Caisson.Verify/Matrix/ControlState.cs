namespace Caisson.Verify.Matrix;

/// <summary>What a wall does about a control.</summary>
public enum ControlState
{
    /// <summary>No case of it was run.</summary>
    NotRun,

    /// <summary>Every case that could run holds.</summary>
    Enforced,

    /// <summary>No case of it could run.</summary>
    NotAvailable,

    /// <summary>A case of it does not hold.</summary>
    Failed,
}

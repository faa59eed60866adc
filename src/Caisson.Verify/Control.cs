using Caisson.Core.Backends;

namespace Caisson.Verify;

/// <summary>One thing that a wall claims.</summary>
/// <param name="Name">A short name, as in the matrix.</param>
/// <param name="Claim">What holds when it is enforced, in one sentence.</param>
public sealed record Control(string Name, string Claim)
{
    /// <summary>What only walls with a capability can claim.</summary>
    public WallCapabilities Needs { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

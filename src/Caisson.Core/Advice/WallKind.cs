using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>What the rules know of all walls of one strength.</summary>
internal sealed record WallKind
{
    public required WallStrength Strength { get; set; }

    /// <summary>What to call it where the host has none.</summary>
    public required string Name { get; set; }

    public required List<HostSystem> Systems { get; set; }

    public required List<Capability> Can { get; set; }
}

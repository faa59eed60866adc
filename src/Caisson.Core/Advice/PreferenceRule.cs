using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>Speaks for or against walls by points.</summary>
internal sealed record PreferenceRule
{
    public required string Id { get; set; }

    public required Condition When { get; set; }

    public required Dictionary<WallStrength, int> Points { get; set; }

    public required string Why { get; set; }
}

using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>A wall that will not do.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Strength">How strong it is.</param>
/// <param name="Because">Every rule that ruled it out.</param>
public sealed record RuledOutWall(string Name, WallStrength Strength, IReadOnlyList<RuleHit> Because);

using Caisson.Core.Backends;

namespace Caisson.Core.Advice;

/// <summary>A wall that would do.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Strength">How strong it is.</param>
/// <param name="Points">The sum of its reasons; of equals the stronger comes first.</param>
/// <param name="Reasons">What spoke for and against it.</param>
public sealed record RankedWall(string Name, WallStrength Strength, int Points, IReadOnlyList<RankReason> Reasons);

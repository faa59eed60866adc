namespace Caisson.Core.Advice;

/// <summary>Which wall to use for a workload on a host, and why.</summary>
/// <param name="Wall">The first of the ranked walls, or null when none will do.</param>
/// <param name="Ranked">The walls that would do, best first.</param>
/// <param name="RuledOut">Those that will not, with the rules that say so.</param>
/// <param name="Settings">What to set and do.</param>
/// <param name="Spec">What to create a sandbox with, or null when no wall will do.</param>
public sealed record Recommendation(
    string? Wall,
    IReadOnlyList<RankedWall> Ranked,
    IReadOnlyList<RuledOutWall> RuledOut,
    IReadOnlyList<AdvisedSetting> Settings,
    AdvisedSpec? Spec)
{
    /// <summary>The wall's name, or a failure that tells for each wall what ruled it out.</summary>
    public string Required() => Wall ?? throw new Failures.CaissonException(
        Failures.ErrorCode.Unsupported,
        "no wall of this host will do: " + string.Join("; ", RuledOut.Select(wall => $"{wall.Name}: {string.Join(", ", wall.Because.Select(hit => $"{hit.Why} ({hit.Rule})"))}")),
        string.Join(" ", RuledOut.SelectMany(wall => wall.Because).Select(hit => hit.Change).Distinct(StringComparer.Ordinal)));
}

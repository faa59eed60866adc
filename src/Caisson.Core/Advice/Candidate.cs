namespace Caisson.Core.Advice;

/// <summary>One wall to judge: of this host, or one that the rules know and the host has not.</summary>
internal sealed record Candidate(WallKind Kind, WallFacts? Facts)
{
    public string Name => Facts?.Name ?? Kind.Name;

    /// <summary>The needs of a workload that the wall does not meet.</summary>
    public List<string> Missing(Workload work) =>
        [.. work.Needs.Distinct().Select(need => need.ToString()).Where(need => !Kind.Can.Exists(can => can.ToString() == need))];
}

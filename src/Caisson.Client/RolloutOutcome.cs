namespace Caisson.Client;

/// <summary>What came of one execution.</summary>
/// <param name="Sequence">Its place in the stream of results, from 1: what to resume after.</param>
/// <param name="Index">Which execution of the rollout it was, from 0.</param>
/// <param name="Name">The caller's own name for it, or null.</param>
/// <param name="Label">How it ended and whose fault that is.</param>
/// <param name="Message">What happened, where the steps do not say it, or null.</param>
/// <param name="Remedy">What to do about it, or null.</param>
/// <param name="Steps">The steps that ran.</param>
/// <param name="Files">The files asked for that were there.</param>
/// <param name="Denials">Connections refused, at most 100.</param>
/// <param name="Attempts">How many sandboxes it took.</param>
public sealed record RolloutOutcome(
    long Sequence, int Index, string? Name, RolloutLabel Label, string? Message, string? Remedy, IReadOnlyList<RolloutStepOutcome> Steps,
    IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<ExecDenial> Denials, int Attempts)
{
    /// <summary>What kept it apart from others: <c>fresh</c>, a sandbox of its own, or <c>zygote</c>, a cell of its own.</summary>
    public string? Isolation { get; init; }
}

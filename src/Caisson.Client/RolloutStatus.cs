namespace Caisson.Client;

/// <summary>What a rollout is at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">The key it was submitted under, or null.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Priority">Its place among the same tenant's work.</param>
/// <param name="Total">How many executions it has.</param>
/// <param name="Finished">How many results there are.</param>
/// <param name="Running">How many executions run now.</param>
/// <param name="CreatedAt">When it was submitted, UTC.</param>
/// <param name="EndedAt">When it ended, UTC, or null.</param>
/// <param name="Labels">How many results have each label.</param>
public sealed record RolloutStatus(
    string Id, string? Key, RolloutState State, RolloutPriority Priority, int Total, int Finished, int Running, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt,
    IReadOnlyDictionary<RolloutLabel, int> Labels);

using Caisson.Engine.Rollouts;

namespace Caisson.Server.Api.Rollouts;

/// <summary>What a rollout is now.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">The key it was submitted under, or null.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Priority">Its place among the caller's own work.</param>
/// <param name="Total">How many executions it has.</param>
/// <param name="Finished">How many results there are.</param>
/// <param name="Running">How many executions run now.</param>
/// <param name="CreatedAt">When it was submitted, UTC.</param>
/// <param name="EndedAt">When it ended, UTC, or null.</param>
/// <param name="Labels">How many results have each label.</param>
internal sealed record RolloutBody(
    string Id, string? Key, RolloutState State, RolloutPriority Priority, int Total, int Finished, int Running,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, IReadOnlyDictionary<RolloutLabel, int> Labels)
{
    /// <summary>The body of what the engine tells.</summary>
    public static RolloutBody Of(RolloutInfo info) => new(
        info.Id, info.Key, info.State, info.Priority, info.Total, info.Finished, info.Running, info.CreatedAt, info.EndedAt, info.Labels);
}

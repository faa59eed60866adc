namespace Caisson.Server.Api.Rollouts;

/// <summary>What the rollout was when the stream began.</summary>
internal sealed record RolloutBeganLine(RolloutBody Rollout) : RolloutLine;

namespace Caisson.Server.Api.Rollouts;

/// <summary>The rollout has ended and every result has been sent.</summary>
internal sealed record RolloutEndedLine(RolloutBody Rollout) : RolloutLine;

namespace Caisson.Client.Wire;

internal sealed record RolloutBeganLine(RolloutStatus Rollout) : RolloutLine;

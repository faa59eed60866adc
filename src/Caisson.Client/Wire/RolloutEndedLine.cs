namespace Caisson.Client.Wire;

internal sealed record RolloutEndedLine(RolloutStatus Rollout) : RolloutLine;

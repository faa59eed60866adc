namespace Caisson.Client.Wire;

internal sealed record RolloutSubmission(string? Key, RolloutPriority Priority, IReadOnlyList<RolloutTask> Executions);

using Caisson.Client;

namespace Caisson.Cli.Rollouts;

/// <summary>Some consecutive tasks of the input, submitted as one rollout.</summary>
/// <param name="Number">Which piece it is, from 0.</param>
/// <param name="Tasks">The tasks and their line numbers, from 1.</param>
internal sealed record InputPiece(int Number, IReadOnlyList<(int Line, RolloutTask Task)> Tasks);

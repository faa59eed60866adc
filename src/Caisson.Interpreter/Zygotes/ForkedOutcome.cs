using Caisson.Engine.Rollouts;

namespace Caisson.Interpreter.Zygotes;

/// <summary>What came of an attempt to run an execution as a fork.</summary>
/// <param name="Result">The result, or null where only a sandbox of its own can tell.</param>
/// <param name="Reason">Why there is none.</param>
internal sealed record ForkedOutcome(RolloutResult? Result, string? Reason);

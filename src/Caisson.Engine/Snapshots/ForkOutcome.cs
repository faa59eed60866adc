using Caisson.Core.Failures;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Snapshots;

/// <summary>What became of one fork.</summary>
/// <param name="Sandbox">The new sandbox, or null.</param>
/// <param name="Failure">Why there is none, or null.</param>
public sealed record ForkOutcome(ISandbox? Sandbox, CaissonException? Failure);

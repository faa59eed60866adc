namespace Caisson.Engine.Rollouts;

/// <summary>A connection from inside that a rule refused.</summary>
/// <param name="Host">The name or address asked for.</param>
/// <param name="Port">The port asked for.</param>
/// <param name="Rule">The rule that refused it.</param>
/// <param name="Remedy">How to be let through, or null.</param>
public sealed record RolloutDenial(string Host, int Port, string Rule, string? Remedy);

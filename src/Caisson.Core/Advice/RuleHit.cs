namespace Caisson.Core.Advice;

/// <summary>A rule that ruled a wall out.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Why">Why.</param>
/// <param name="Change">What would change it.</param>
public sealed record RuleHit(string Rule, string Why, string Change);

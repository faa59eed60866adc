namespace Caisson.Core.Advice;

/// <summary>A rule that spoke for or against a wall.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Points">How much, below zero against it.</param>
/// <param name="Why">Why.</param>
public sealed record RankReason(string Rule, int Points, string Why);

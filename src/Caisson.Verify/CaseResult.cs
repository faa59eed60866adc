namespace Caisson.Verify;

/// <summary>What came of one case on one wall.</summary>
/// <param name="Wall">The wall.</param>
/// <param name="Case">The case.</param>
/// <param name="Outcome">How it came out.</param>
/// <param name="Detail">What was found instead, or what is missing; null when it holds.</param>
/// <param name="Took">How long it took.</param>
public sealed record CaseResult(string Wall, VerifyCase Case, CaseOutcome Outcome, string? Detail, TimeSpan Took);

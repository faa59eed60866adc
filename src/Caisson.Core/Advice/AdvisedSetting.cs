namespace Caisson.Core.Advice;

/// <summary>A setting to use, or something to do around the sandbox.</summary>
/// <param name="Rule">The rule that advises it.</param>
/// <param name="Do">What to do.</param>
/// <param name="Why">Why.</param>
/// <param name="InSpec">Whether the spec of the advice does it already.</param>
public sealed record AdvisedSetting(string Rule, string Do, string Why, bool InSpec);

namespace Caisson.Engine.Rollouts.Languages;

/// <summary>What the steps of a language are given.</summary>
/// <param name="Compile">The time to compile.</param>
/// <param name="Run">The time to run.</param>
/// <param name="Stdin">What the code finds on standard input, or null for none.</param>
/// <param name="Output">The most bytes kept of each stream.</param>
/// <param name="EndAtOutputLimit">Whether output beyond that ends the program, or is only cut off.</param>
public sealed record LanguageLimits(TimeSpan Compile, TimeSpan Run, ReadOnlyMemory<byte>? Stdin = null, int Output = 1 << 20, bool EndAtOutputLimit = true);

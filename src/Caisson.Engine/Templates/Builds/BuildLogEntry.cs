namespace Caisson.Engine.Templates.Builds;

/// <summary>One line of a build's log.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Message">The line, without its end.</param>
/// <param name="Step"><c>base</c>, the number of the step, counted from 1, or <c>finalize</c>; null for the build itself.</param>
public sealed record BuildLogEntry(DateTimeOffset Time, BuildLogLevel Level, string Message, string? Step);

namespace Caisson.Client;

/// <summary>One line of a build's log.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Level">debug, info, warn or error.</param>
/// <param name="Message">The line.</param>
/// <param name="Step">The step that it belongs to, or null.</param>
public sealed record BuildLine(DateTimeOffset Time, string Level, string Message, string? Step);

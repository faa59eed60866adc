using Caisson.Engine.Templates.Builds;

namespace Caisson.Server.Api.Templates;

/// <summary>One line of a build's log.</summary>
internal sealed record BuildLogLine(DateTimeOffset Time, BuildLogLevel Level, string Message, string? Step)
{
    /// <summary>The body of a line.</summary>
    public static BuildLogLine Of(BuildLogEntry entry) => new(entry.Time, entry.Level, entry.Message, entry.Step);
}

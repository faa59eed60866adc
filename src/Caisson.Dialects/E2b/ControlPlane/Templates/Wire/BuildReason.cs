namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record BuildReason(string Message, string? Step, IReadOnlyList<BuildLogLine> LogEntries);

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record LogsV1(IReadOnlyList<LogLine> Logs, IReadOnlyList<LogEntry> LogEntries);

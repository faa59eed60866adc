namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record LogsV2(IReadOnlyList<LogEntry> Logs);

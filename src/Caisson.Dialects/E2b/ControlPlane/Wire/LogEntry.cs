namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record LogEntry(string Timestamp, string Message, string Level, IReadOnlyDictionary<string, string> Fields);

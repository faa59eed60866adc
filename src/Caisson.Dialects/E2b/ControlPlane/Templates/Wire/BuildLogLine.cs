namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record BuildLogLine(string Timestamp, string Level, string Message, string? Step);

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record LogLine(string Timestamp, string Line);

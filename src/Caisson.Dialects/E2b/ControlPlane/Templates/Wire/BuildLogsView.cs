namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record BuildLogsView(IReadOnlyList<BuildLogLine> Logs);

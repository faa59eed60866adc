namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed record MetricsBySandbox(IReadOnlyDictionary<string, MetricEntry> Sandboxes);

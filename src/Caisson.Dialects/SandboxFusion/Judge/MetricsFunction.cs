namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>The source of a metrics function; there is none for data sets given with the request.</summary>
internal sealed record MetricsFunction(string? Function);

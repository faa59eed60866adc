namespace Caisson.Dialects.SweRex;

/// <summary>On whose behalf a request runs, and what its key allows.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Runs">Whether it may start sandboxes and run programs in them.</param>
/// <param name="Files">Whether it may read and write files inside.</param>
public sealed record SweRexCaller(string Tenant, bool Runs, bool Files);

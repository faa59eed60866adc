namespace Caisson.Engine.Rollouts.Batches;

/// <summary>A rollout as it was submitted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Fingerprint">What its executions hash to.</param>
/// <param name="CreatedAt">When it was submitted, UTC.</param>
/// <param name="Request">What was asked for.</param>
internal sealed record RolloutManifest(string Id, string Tenant, string Fingerprint, DateTimeOffset CreatedAt, RolloutRequest Request);

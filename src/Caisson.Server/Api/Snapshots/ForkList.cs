namespace Caisson.Server.Api.Snapshots;

/// <summary>One entry a fork asked for.</summary>
internal sealed record ForkList(IReadOnlyList<ForkBody> Items);

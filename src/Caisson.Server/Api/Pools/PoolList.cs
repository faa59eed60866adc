using Caisson.Engine.Pools;

namespace Caisson.Server.Api.Pools;

/// <summary>The pools of this server.</summary>
/// <param name="Items">Each as it is now, the most asked for first.</param>
internal sealed record PoolList(IReadOnlyList<PoolInfo> Items);

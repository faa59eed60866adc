namespace Caisson.Engine.Pools;

/// <summary>The pools of a server, for those who look after it.</summary>
public interface IPoolCatalog
{
    /// <summary>Every pool as it is now, the most asked for first.</summary>
    IReadOnlyList<PoolInfo> Pools { get; }
}

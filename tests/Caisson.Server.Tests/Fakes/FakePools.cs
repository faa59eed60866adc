using Caisson.Core.Sandboxes;
using Caisson.Engine.Pools;

namespace Caisson.Server.Tests.Fakes;

internal sealed class FakePools : IPoolCatalog
{
    public IReadOnlyList<PoolInfo> Pools => [new PoolInfo("base", null, "good", new Resources(), 3, 1, 4, 2.5, 0.02, 7, 1, 0, 0.4)];
}

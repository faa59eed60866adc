using Caisson.Engine.Pools;
using Xunit;

namespace Caisson.Engine.Tests;

/// <summary>Measured while no other test runs, for all share one heap.</summary>
[Collection(Alone)]
public sealed class MemoryTests
{
    private const string Alone = "alone";
    private const long Most = 1 << 20;

    [Fact]
    public async Task A_thousand_lives_grow_nothing()
    {
        await using var host = await EngineHarness.StartAsync();
        Assert.InRange(await GrowthAsync(host), long.MinValue, Most);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_thousand_lives_from_a_pool_grow_nothing()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { Pools = new PoolOptions { Max = 4, Calm = TimeSpan.Zero } });
        Assert.InRange(await GrowthAsync(host), long.MinValue, Most);
        Assert.True(host.Engine.Pools[0].Claims > 100);
        await host.Engine.DisposeAsync();
        host.AssertNothingLeft();
    }

    private static async Task<long> GrowthAsync(EngineHarness host)
    {
        await CyclesAsync(host, 200);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await CyclesAsync(host, 1000);
        return GC.GetTotalMemory(forceFullCollection: true) - before;
    }

    private static async Task CyclesAsync(EngineHarness host, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(5));
            await sandbox.KillAsync(EngineHarness.Token);
            host.Time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Tests of this collection run by themselves.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class Definition;
}

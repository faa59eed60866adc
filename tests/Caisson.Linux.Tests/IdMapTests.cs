using Caisson.Linux.Namespaces;

namespace Caisson.Linux.Tests;

public sealed class IdMapTests
{
    [Theory]
    [InlineData(0u, "0 100000 65536")]
    [InlineData(1u, "1 100000 1|0 100001 1|2 100002 65534")]
    [InlineData(1000u, "1000 100000 1|0 100001 1000|1001 101001 64535")]
    [InlineData(65534u, "65534 100000 1|0 100001 65534|65535 165535 1")]
    [InlineData(65535u, "65535 100000 1|0 100001 65535")]
    [InlineData(65536u, "65536 100000 1|0 100001 65535")]
    [InlineData(4_000_000_000u, "4000000000 100000 1|0 100001 65535")]
    public void The_first_comes_to_lie_at_the_start(uint first, string expected) =>
        Assert.Equal(expected.Replace('|', '\n'), IdMap.Format(IdMap.Range(100_000, 65_536, first)));

    [Fact]
    public void Neither_side_is_mapped_twice_and_the_whole_range_is_used()
    {
        foreach (var first in (uint[])[0, 1, 2, 500, 998, 999, 1000, 5000])
        {
            var maps = IdMap.Range(100_000, 1000, first);
            var inside = maps.SelectMany(m => Enumerable.Range(0, (int)m.Count).Select(i => m.Inside + (uint)i)).ToList();
            var outside = maps.SelectMany(m => Enumerable.Range(0, (int)m.Count).Select(i => m.Outside + (uint)i)).ToList();
            Assert.Equal(1000, inside.Distinct().Count());
            Assert.Equal(Enumerable.Range(100_000, 1000).Select(i => (uint)i), outside.Order());
            Assert.Contains(first, inside);
        }
    }
}

using Caisson.Engine.Pools;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Caisson.Engine.Tests.Pools;

public sealed class CreateTrafficTests
{
    private static readonly TimeSpan _calm = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _time = new();
    private readonly CreateTraffic _traffic;

    public CreateTrafficTests() => _traffic = new CreateTraffic(_calm, _longest, _time);

    [Fact]
    public void Starts_may_begin_when_nobody_creates() => Assert.True(_traffic.MayStart);

    [Fact]
    public void They_wait_for_a_creation_and_a_moment_more()
    {
        _traffic.Enter();
        Assert.False(_traffic.MayStart);
        _time.Advance(_calm * 2);
        Assert.False(_traffic.MayStart);
        _traffic.Leave();
        Assert.False(_traffic.MayStart);
        _time.Advance(_calm);
        Assert.True(_traffic.MayStart);
    }

    [Fact]
    public void They_do_not_wait_for_ever()
    {
        for (var waited = TimeSpan.Zero; waited < _longest; waited += TimeSpan.FromMilliseconds(10))
        {
            _traffic.Enter();
            Assert.False(_traffic.MayStart);
            _time.Advance(TimeSpan.FromMilliseconds(10));
            _traffic.Leave();
        }

        _traffic.Enter();
        Assert.True(_traffic.MayStart);
        _traffic.Leave();
        _time.Advance(_calm);
        _traffic.Enter();
        Assert.False(_traffic.MayStart);
    }
}

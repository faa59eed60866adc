using Caisson.Core.Failures;
using Caisson.Engine.Pools;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Caisson.Engine.Tests.Pools;

public sealed class PoolSizeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Demand _demand = new();

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void Nothing_is_wanted_before_anybody_asks() => Assert.Equal(0, Wanted());

    [Fact]
    public void One_request_wants_one_ready_and_one_to_spare()
    {
        _demand.Arrived(Now);
        Assert.Equal(2, Wanted());
    }

    [Fact]
    public void A_burst_is_expected_again()
    {
        for (var i = 0; i < 40; i++)
            _demand.Arrived(Now);
        Assert.Equal(50, Wanted());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(25, Wanted());
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(0, Wanted());
    }

    [Fact]
    public void The_slower_a_start_the_more_stand_ready()
    {
        _demand.Started(TimeSpan.FromSeconds(20));
        for (var second = 0; second < 300; second++)
        {
            _demand.Arrived(Now);
            _demand.Arrived(Now);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_demand.Rate(Now), 1.8, 2.1);
        // Two a second for twenty seconds, and a quarter on top.
        Assert.InRange(Wanted(), 45, 54);
    }

    [Fact]
    public void A_steady_trickle_does_not_grow_without_bound()
    {
        _demand.Started(TimeSpan.FromMilliseconds(15));
        for (var i = 0; i < 10_000; i++)
        {
            _demand.Arrived(Now);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(_demand.Rate(Now), 9.5, 10.5);
        Assert.InRange(Wanted(), 12, 14);
    }

    [Fact]
    public void Bounds_hold_whatever_is_asked_for() => Gen.Select(Gen.Int[0, 500], Gen.Int[0, 50], Gen.Int[0, 100]).Sample((arrivals, min, max) =>
    {
        var demand = new Demand();
        for (var i = 0; i < arrivals; i++)
            demand.Arrived(Now);
        Assert.InRange(PoolSize.Wanted(demand, Now, min, max), Math.Min(min, max), max);
    });

    [Fact]
    public void Shares_keep_to_the_whole_and_to_what_is_wanted() =>
        Gen.Select(Gen.Select(Gen.Int[0, 20], Gen.Int[0, 200]).Array[0, 12], Gen.Int[0, 300]).Sample((pools, total) =>
        {
            var wanted = pools.Select(pool => (Min: Math.Min(pool.Item1, pool.Item2), Wanted: pool.Item2)).ToList();
            var shares = PoolSize.Share(wanted, total);
            Assert.All(shares.Zip(wanted), pair => Assert.InRange(pair.First, 0, pair.Second.Wanted));
            Assert.Equal(Math.Min(total, wanted.Sum(pool => pool.Wanted)), shares.Sum());
            if (wanted.Sum(pool => pool.Min) <= total)
                Assert.All(shares.Zip(wanted), pair => Assert.True(pair.First >= pair.Second.Min));
        });

    [Theory]
    [InlineData(-1, 0, null)]
    [InlineData(5, 6, null)]
    [InlineData(5, -1, null)]
    [InlineData(5, 3, 2)]
    public void What_cannot_be_meant_is_refused(int max, int least, int? most)
    {
        var options = new PoolOptions { Max = max, Bounds = [new PoolBounds("base", least, most)] };
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<CaissonException>(options.Check).Code);
    }

    private int Wanted() => PoolSize.Wanted(_demand, Now, 0, 1000);
}

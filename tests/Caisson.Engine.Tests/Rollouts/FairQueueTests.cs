using Caisson.Core.Failures;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Scheduling;
using Xunit;

namespace Caisson.Engine.Tests.Rollouts;

public sealed class FairQueueTests
{
    private readonly FairQueue _queue = new(maxWaiting: 20, maxWaitingPerTenant: 12);

    [Fact]
    public void Tenants_take_turns_however_much_one_of_them_has_waiting()
    {
        Add("big", 10);
        Add("small", 2);
        Assert.Equal(["big", "small", "big", "small", "big", "big"], Take(6));
    }

    [Fact]
    public void Who_has_more_running_waits_for_who_has_less()
    {
        Add("a", 6);
        Take(3);
        Add("b", 6);
        Assert.Equal(["b", "b", "b", "a"], Take(4));
        for (var i = 0; i < 3; i++)
            _queue.Done("a");
        Assert.Equal(["a", "a"], Take(2));
    }

    [Fact]
    public void Priority_orders_a_tenants_own_work_and_nobody_elses()
    {
        var (low, normal, high) = (new object(), new object(), new object());
        Add("a", 1, RolloutPriority.Low, low);
        Add("a", 1, RolloutPriority.Normal, normal);
        Add("b", 1, RolloutPriority.Low);
        Add("a", 1, RolloutPriority.High, high);
        Assert.Same(high, _queue.Take()!.Value.Work.Owner);
        Assert.Equal("b", _queue.Take()!.Value.Tenant);
        Assert.Same(normal, _queue.Take()!.Value.Work.Owner);
        Assert.Same(low, _queue.Take()!.Value.Work.Owner);
        Assert.Null(_queue.Take());
    }

    [Fact]
    public void More_than_may_wait_is_refused_whole()
    {
        Assert.Equal(ErrorCode.ResourceExhausted, Assert.Throws<CaissonException>(() => Add("a", 13)).Code);
        Add("a", 12);
        Assert.Throws<CaissonException>(() => Add("a", 1));
        Assert.Throws<CaissonException>(() => Add("b", 9));
        Assert.Equal(12, _queue.Waiting);
        Add("b", 8);
        Take(1);
        Add("a", 1);
    }

    [Fact]
    public void What_is_taken_out_is_not_served_and_makes_room()
    {
        var owner = new object();
        Add("a", 2);
        Add("a", 10, RolloutPriority.High, owner);
        _queue.Remove("a", owner);
        Assert.Equal(2, _queue.Waiting);
        Add("a", 10);
        _queue.Remove("nobody", owner);
    }

    private void Add(string tenant, int count, RolloutPriority priority = RolloutPriority.Normal, object? owner = null) =>
        _queue.Add(tenant, priority, [.. Enumerable.Range(0, count).Select(_ => new Work(owner ?? this, _ => Task.CompletedTask))]);

    private List<string> Take(int count) => [.. Enumerable.Range(0, count).Select(_ => _queue.Take()!.Value.Tenant)];
}

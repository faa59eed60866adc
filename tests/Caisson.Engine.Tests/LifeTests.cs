using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class LifeTests
{
    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public void The_table_allows_these_transitions_and_no_others()
    {
        var allowed = from a in Enum.GetValues<SandboxState>() from b in Enum.GetValues<SandboxState>() where SandboxTransitions.Allows(a, b) select $"{a}>{b}";
        Assert.Equal(
            [
                "Starting>Running", "Starting>Paused", "Starting>Failed",
                "Running>Pausing", "Running>Snapshotting", "Running>Forking", "Running>Stopping",
                "Pausing>Running", "Pausing>Paused", "Pausing>Stopping",
                "Paused>Resuming", "Paused>Snapshotting", "Paused>Forking", "Paused>Stopping",
                "Resuming>Running", "Resuming>Paused", "Resuming>Stopping",
                "Snapshotting>Running", "Snapshotting>Paused", "Snapshotting>Stopping",
                "Forking>Running", "Forking>Paused", "Forking>Stopping",
                "Stopping>Stopped", "Stopping>Failed",
            ],
            allowed);
    }

    [Fact]
    public async Task A_kill_removes_everything_and_may_be_repeated()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(1));
        await Task.WhenAll(sandbox.KillAsync(Token), sandbox.KillAsync(Token));
        await sandbox.KillAsync(Token);
        await sandbox.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
        Assert.Equal(["starting", "running", "stopping", "stopped"], sandbox.ReadTimeline(0, 10).OfType<LifecycleEvent>().Select(entry => entry.State));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => sandbox.ExtendAsync(TimeSpan.FromSeconds(1), Token));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => Task.FromResult(host.Engine.Get("t", sandbox.Info.Id.Value)));
        Assert.Null(host.Engine.Find(sandbox.Info.Id.Value));
    }

    [Fact]
    public async Task Calls_during_the_end_get_a_conflict()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var barrier = new TaskCompletionSource();
        host.Inside(sandbox).KillBarrier = barrier.Task;
        var kill = sandbox.KillAsync(Token);
        Assert.Equal(SandboxState.Stopping, sandbox.Info.State);
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => sandbox.SetTimeoutAsync(TimeSpan.FromSeconds(9), Token));
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => sandbox.SetTimeoutAsync(TimeSpan.Zero, Token));
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => sandbox.UpdateEgressAsync(EgressPolicy.Internet, Token));
        barrier.SetResult();
        await kill;
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_kill_that_fails_is_tried_again_and_at_last_reported()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        host.Inside(sandbox).KillsThatFail = 2;
        await sandbox.KillAsync(Token);
        host.AssertNothingLeft();

        var stubborn = await host.CreateAsync();
        host.Inside(stubborn).KillsThatFail = 3;
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => stubborn.KillAsync(Token));
        Assert.Equal(SandboxState.Failed, stubborn.Info.State);
        Assert.Empty(host.Store.Saved);
        await host.Engine.DisposeAsync();
        await host.StartEngineAsync();
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_sandbox_that_dies_by_itself_is_swept()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(1));
        var inside = host.Inside(sandbox);
        inside.Die("the guest crashed");
        await sandbox.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        Assert.Equal((SandboxState.Failed, 1), (sandbox.Info.State, inside.Kills));
        Assert.Contains("the guest crashed", sandbox.ReadTimeline(0, 10).OfType<LifecycleEvent>().Last().Reason, StringComparison.Ordinal);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_timeout_ends_it_and_can_be_moved_both_ways()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromSeconds(10));
        var other = await host.CreateAsync(TimeSpan.FromSeconds(300));
        await sandbox.ExtendAsync(TimeSpan.FromSeconds(5), Token);
        Assert.Equal(host.Time.GetUtcNow().AddSeconds(10), sandbox.Info.EndsAt);
        await sandbox.ExtendAsync(TimeSpan.FromSeconds(100), Token);
        host.Time.Advance(TimeSpan.FromSeconds(99));
        await Task.Delay(50, Token);
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        await sandbox.SetTimeoutAsync(TimeSpan.FromSeconds(50), Token);
        await sandbox.SetTimeoutAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal(sandbox.Info, host.Store.Saved[sandbox.Info.Id]);
        host.Time.Advance(TimeSpan.FromSeconds(20));
        await sandbox.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        Assert.Contains("timeout", sandbox.ReadTimeline(0, 10).OfType<LifecycleEvent>().Last().Reason, StringComparison.Ordinal);
        await other.SetTimeoutAsync(TimeSpan.Zero, Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_new_policy_is_applied_saved_and_journaled_and_undone_when_it_cannot_be_saved()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var first = new EgressPolicy { Allow = [EgressRule.Parse("a.example")] };
        await sandbox.UpdateEgressAsync(first, Token);
        Assert.Same(first, host.Inside(sandbox).Egress);
        Assert.Same(first, host.Store.Saved[sandbox.Info.Id].Spec.Egress);
        Assert.Contains("a.example", Assert.Single(sandbox.ReadTimeline(0, 10).OfType<PolicyChanged>()).Summary, StringComparison.Ordinal);
        host.Store.OnSave = _ => throw new IOException("disk");
        await Assert.ThrowsAsync<IOException>(() => sandbox.UpdateEgressAsync(EgressPolicy.Internet, Token));
        Assert.Same(first, host.Inside(sandbox).Egress);
        Assert.Same(first, sandbox.Info.Spec.Egress);
    }

    [Fact]
    public async Task Five_hundred_callers_at_once_leave_a_consistent_end()
    {
        await using var host = await EngineHarness.StartAsync();
        var shared = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.CreateAsync(TimeSpan.FromMinutes(5))));
        async Task CallAsync(int index)
        {
            var sandbox = shared[index % shared.Length];
            try
            {
                await Task.Yield();
                await ((index / 20 % 5) switch
                {
                    0 => sandbox.ExtendAsync(TimeSpan.FromMinutes(index), Token),
                    1 => sandbox.SetTimeoutAsync(TimeSpan.FromMinutes(1 + index), Token),
                    2 => sandbox.UpdateEgressAsync(EgressPolicy.Internet, Token),
                    3 => index > 300 ? sandbox.KillAsync(Token) : sandbox.UsageAsync(Token),
                    _ => CreateAndKillAsync(host),
                });
            }
            catch (CaissonException e)
            {
                Assert.Contains(e.Code, new[] { ErrorCode.Conflict, ErrorCode.NotFound });
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 500).Select(index => Task.Run(() => CallAsync(index), Token))).WaitAsync(TimeSpan.FromSeconds(30), Token);
        host.AssertNothingLeft();
        Assert.All(shared, sandbox => Assert.Equal(SandboxState.Stopped, sandbox.Info.State));
    }

    private static async Task CreateAndKillAsync(EngineHarness host)
    {
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(5));
        await sandbox.KillAsync(Token);
    }
}

using System.Text;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Rollouts;
using Xunit;

namespace Caisson.Engine.Tests.Rollouts;

public sealed class RolloutTests
{
    private static readonly ExecExited _good = new(0, null, false, false, 0);

    private static CancellationToken Token => RolloutHarness.Token;

    [Fact]
    public async Task Every_execution_has_one_result_and_a_sandbox_of_its_own()
    {
        await using var host = await RolloutHarness.StartAsync();
        var info = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(50), Token);
        var results = await host.ReadAsync(info.Id);
        Assert.Equal(Enumerable.Range(1, 50).Select(number => (long)number), results.Select(result => result.Sequence));
        Assert.Equal(Enumerable.Range(0, 50), results.Select(result => result.Index).Order());
        Assert.All(results, result => Assert.Equal($"run{result.Index}", Encoding.UTF8.GetString(result.Steps[0].Stdout.Span)));
        Assert.All(results, result => Assert.Equal($"n{result.Index}", result.Name));
        Assert.Equal((RolloutState.Completed, 50), (host.Engine.Get("t", info.Id).State, host.Engine.Get("t", info.Id).Labels[RolloutLabel.Ok]));
        Assert.Equal(50, host.Slots.Tenants.Count);
        Assert.InRange(host.Slots.Most, 1, 4);
    }

    [Fact]
    public async Task A_rollout_of_another_tenant_does_not_exist()
    {
        await using var host = await RolloutHarness.StartAsync();
        var info = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(1), Token);
        Assert.Equal(ErrorCode.NotFound, Assert.Throws<CaissonException>(() => host.Engine.Get("u", info.Id)).Code);
        Assert.Throws<CaissonException>(() => host.Engine.ReadAsync("u", info.Id, 0, Token));
        await Assert.ThrowsAsync<CaissonException>(() => host.Engine.CancelAsync("u", info.Id, Token));
        await host.ReadAsync(info.Id);
    }

    [Theory]
    [InlineData(1, null, false, false, 0, RolloutLabel.Task)]
    [InlineData(null, 9, true, false, 0, RolloutLabel.Timeout)]
    [InlineData(null, 9, false, true, 0, RolloutLabel.OutOfMemory)]
    [InlineData(0, null, false, false, 5, RolloutLabel.Quota)]
    [InlineData(0, null, false, false, 0, RolloutLabel.Ok)]
    public async Task The_label_tells_whose_fault_it_was(int? exit, int? signal, bool late, bool memory, long dropped, RolloutLabel label)
    {
        await using var host = await RolloutHarness.StartAsync();
        host.Slots.Program = (_, _) => Task.FromResult(new ExecExited(exit, signal, late, memory, dropped));
        Assert.Equal(label, (await host.Engine.RunAsync("t", RolloutHarness.Batch(1).Executions[0], RolloutPriority.Normal, Token)).Label);
    }

    [Fact]
    public async Task A_failure_after_a_refused_connection_is_the_policys()
    {
        await using var host = await RolloutHarness.StartAsync();
        host.Slots.Timeline = [new EgressDecision("a.example", 443, null, EgressVerdict.Deny, "unlisted", "allow it") { Sequence = 1 }];
        host.Slots.Program = (_, _) => Task.FromResult(_good with { ExitCode = 1 });
        var result = await host.Engine.RunAsync("t", RolloutHarness.Batch(1).Executions[0], RolloutPriority.Normal, Token);
        Assert.Equal((RolloutLabel.Policy, "a.example"), (result.Label, result.Denials.Single().Host));
    }

    [Fact]
    public async Task A_failure_of_ours_is_tried_again_and_never_called_the_codes()
    {
        await using var host = await RolloutHarness.StartAsync();
        var taken = 0;
        host.Slots.OnTake = () =>
        {
            if (++taken <= 2)
                throw new CaissonException(ErrorCode.Unavailable, "no room");
        };
        var result = await host.Engine.RunAsync("t", RolloutHarness.Batch(1).Executions[0], RolloutPriority.Normal, Token);
        Assert.Equal((RolloutLabel.Ok, 3), (result.Label, result.Attempts));
        host.Slots.OnTake = () => { };
        host.Slots.Program = (_, _) => throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone");
        var lost = await host.Engine.RunAsync("t", RolloutHarness.Batch(1).Executions[0], RolloutPriority.Normal, Token);
        Assert.Equal((RolloutLabel.Infrastructure, 3, "the sandbox is gone"), (lost.Label, lost.Attempts, lost.Message));
        Assert.Empty(lost.Steps);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_not_tried_again()
    {
        await using var host = await RolloutHarness.StartAsync();
        var execution = RolloutHarness.Batch(1).Executions[0] with { Needs = ["/usr/bin/julia"] };
        var result = await host.Engine.RunAsync("t", execution, RolloutPriority.Normal, Token);
        Assert.Equal((RolloutLabel.Infrastructure, 1), (result.Label, result.Attempts));
        Assert.Contains("/usr/bin/julia", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_finds_the_same_rollout_and_refuses_another()
    {
        await using var host = await RolloutHarness.StartAsync();
        var first = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(3, "k"), Token);
        Assert.Equal(first.Id, (await host.Engine.SubmitAsync("t", RolloutHarness.Batch(3, "k"), Token)).Id);
        Assert.NotEqual(first.Id, (await host.Engine.SubmitAsync("u", RolloutHarness.Batch(3, "k"), Token)).Id);
        Assert.NotEqual(first.Id, (await host.Engine.SubmitAsync("t", RolloutHarness.Batch(3), Token)).Id);
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => host.Engine.SubmitAsync("t", RolloutHarness.Batch(4, "k"), Token));
        await host.ReadAsync(first.Id);
        Assert.Equal(3, host.Engine.Get("t", (await host.Engine.SubmitAsync("t", RolloutHarness.Batch(3, "k"), Token)).Id).Finished);
    }

    [Fact]
    public async Task A_lost_stream_goes_on_where_it_broke_off()
    {
        // Let go of after the host: who waits for a semaphore that is gone cannot be cancelled.
        using var gate = new SemaphoreSlim(0);
        await using var host = await RolloutHarness.StartAsync();
        host.Slots.Program = async (_, cancellation) =>
        {
            await gate.WaitAsync(cancellation);
            return _good;
        };
        var info = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(10), Token);
        gate.Release(4);
        var seen = new List<long>();
        await foreach (var result in host.Engine.ReadAsync("t", info.Id, 0, Token))
        {
            seen.Add(result.Sequence);
            if (seen.Count == 4)
                break;
        }

        gate.Release(6);
        seen.AddRange((await host.ReadAsync(info.Id, after: 4)).Select(result => result.Sequence));
        Assert.Equal(Enumerable.Range(1, 10).Select(number => (long)number), seen);
        Assert.Equal(10, (await host.ReadAsync(info.Id)).Count);
        Assert.Throws<CaissonException>(() => host.Engine.ReadAsync("t", info.Id, 11, Token));
    }

    [Fact]
    public async Task Canceling_ends_what_runs_and_keeps_what_came()
    {
        await using var host = await RolloutHarness.StartAsync();
        host.Slots.Program = async (command, cancellation) =>
        {
            if (command != "run0")
                await Task.Delay(Timeout.Infinite, cancellation);
            return _good;
        };
        var info = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(20), Token);
        await EngineHarness.EventuallyAsync(() => host.Engine.Get("t", info.Id) is { Finished: 1, Running: 4 });
        var reading = host.ReadAsync(info.Id);
        await host.Engine.CancelAsync("t", info.Id, Token);
        Assert.Equal(0, host.Slots.Alive);
        Assert.Equal((RolloutState.Canceled, 1, 0), (host.Engine.Get("t", info.Id).State, host.Engine.Get("t", info.Id).Finished, host.Engine.Get("t", info.Id).Running));
        Assert.Single(await reading.WaitAsync(TimeSpan.FromSeconds(5), Token));
        await host.Engine.CancelAsync("t", info.Id, Token);
        await host.RestartAsync();
        Assert.Equal(RolloutState.Canceled, host.Engine.Get("t", info.Id).State);
        Assert.Equal(5, host.Slots.Tenants.Count);
    }

    [Fact]
    public async Task A_canceled_rollout_gives_its_key_free()
    {
        await using var host = await RolloutHarness.StartAsync();
        host.Slots.Program = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return _good;
        };
        var first = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(3, "k"), Token);
        await host.Engine.CancelAsync("t", first.Id, Token);
        host.Slots.Program = (_, _) => Task.FromResult(_good);
        var second = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(3, "k"), Token);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(3, (await host.ReadAsync(second.Id)).Count);
    }

    [Fact]
    public async Task A_single_execution_ends_with_its_caller()
    {
        await using var host = await RolloutHarness.StartAsync();
        host.Slots.Program = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return _good;
        };
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = host.Engine.RunAsync("t", RolloutHarness.Batch(1).Executions[0], RolloutPriority.Normal, caller.Token);
        await EngineHarness.EventuallyAsync(() => host.Slots.Alive == 1);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await EngineHarness.EventuallyAsync(() => host.Slots.Alive == 0 && host.Engine.Running == 0);
    }

    [Fact]
    public async Task A_restart_keeps_results_and_runs_only_what_has_none()
    {
        await using var host = await RolloutHarness.StartAsync();
        host.Slots.Program = async (command, cancellation) =>
        {
            if (command.Length == 5)
                await Task.Delay(Timeout.Infinite, cancellation);
            return _good;
        };
        var info = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(15, "k"), Token);
        await EngineHarness.EventuallyAsync(() => host.Engine.Get("t", info.Id).Finished == 10);
        await host.Engine.DisposeAsync();
        Assert.Equal(0, host.Slots.Alive);
        await File.AppendAllTextAsync(Path.Combine(host.Folders.Single(), "results.ndjson"), "{\"Seq", Token);
        host.Slots.Tenants.Clear();
        host.Slots.Program = (_, _) => Task.FromResult(_good);
        await host.RestartAsync();
        var results = await host.ReadAsync(info.Id);
        Assert.Equal(2, host.Slots.Reclaimed);
        Assert.Equal(Enumerable.Range(0, 15), results.Select(result => result.Index).Order());
        Assert.Equal(Enumerable.Range(1, 15).Select(number => (long)number), results.Select(result => result.Sequence));
        Assert.Equal(5, host.Slots.Tenants.Count);
        Assert.Equal(info.Id, (await host.Engine.SubmitAsync("t", RolloutHarness.Batch(15, "k"), Token)).Id);
    }

    [Fact]
    public async Task What_is_more_than_may_wait_is_refused_and_leaves_nothing()
    {
        await using var host = await RolloutHarness.StartAsync(options => options with { MaxWaitingPerTenant = 20, MaxExecutions = 100 });
        await EngineHarness.FailsAsync(ErrorCode.ResourceExhausted, () => host.Engine.SubmitAsync("t", RolloutHarness.Batch(21), Token));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.Engine.SubmitAsync("t", RolloutHarness.Batch(101), Token));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.Engine.SubmitAsync("t", RolloutHarness.Batch(0), Token));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => host.Engine.SubmitAsync(
            "t", new RolloutRequest { Executions = [RolloutHarness.Batch(1).Executions[0] with { Spec = new SandboxSpec { Template = "nowhere" } }] }, Token));
        Assert.Empty(host.Folders);
    }

    [Fact]
    public async Task An_ended_rollout_is_forgotten_in_the_end()
    {
        await using var host = await RolloutHarness.StartAsync();
        var info = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(1), Token);
        await host.ReadAsync(info.Id);
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.ReadAsync((await host.Engine.SubmitAsync("t", RolloutHarness.Batch(1), Token)).Id);
        Assert.Throws<CaissonException>(() => host.Engine.Get("t", info.Id));
        Assert.Single(host.Folders);
    }

    [Fact]
    public async Task A_small_tenant_is_served_beside_a_large_one()
    {
        // Let go of after the host: who waits for a semaphore that is gone cannot be cancelled.
        using var gate = new SemaphoreSlim(0);
        await using var host = await RolloutHarness.StartAsync(options => options with { Parallelism = 2 });
        host.Slots.Program = async (command, cancellation) =>
        {
            if (command.StartsWith("large", StringComparison.Ordinal))
                await gate.WaitAsync(cancellation);
            return _good;
        };
        var large = await host.Engine.SubmitAsync("large", RolloutHarness.Batch(100, command: "large"), Token);
        var small = await host.Engine.SubmitAsync("small", RolloutHarness.Batch(5), Token);
        // The first of the large one's two places that gets free is the small one's until it has nothing waiting.
        gate.Release(1);
        await EngineHarness.EventuallyAsync(() => host.Engine.Get("small", small.Id).Finished == 5);
        Assert.Equal(1, host.Engine.Get("large", large.Id).Finished);
        gate.Release(200);
        await host.ReadAsync(large.Id, tenant: "large");
    }

    [Fact]
    public async Task Ten_thousand_executions_come_back_whole()
    {
        await using var host = await RolloutHarness.StartAsync(options => options with { Parallelism = 16 });
        var info = await host.Engine.SubmitAsync("t", RolloutHarness.Batch(10_000), Token);
        Assert.Equal(10_000, (await host.ReadAsync(info.Id)).Select(result => result.Index).Distinct().Count());
    }
}

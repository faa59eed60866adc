using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class PauseTests
{
    private static readonly Lifecycle _pausing = new() { Timeout = TimeSpan.FromMinutes(10), OnTimeout = TimeoutAction.Pause };

    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_pause_and_its_resumption_are_saved_told_and_give_a_new_end()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(10));
        var away = sandbox.Away;
        await sandbox.PauseAsync(true, Token);
        Assert.True(host.Inside(sandbox).Frozen);
        Assert.True(away.IsCompleted);
        Assert.Equal(SandboxState.Paused, sandbox.Info.State);
        Assert.Equal(SandboxState.Paused, host.Store.Saved[sandbox.Info.Id].State);
        Assert.Null(sandbox.Info.EndsAt);

        host.Time.Advance(TimeSpan.FromDays(3));
        await sandbox.ResumeAsync(null, true, Token);
        Assert.False(host.Inside(sandbox).Frozen);
        Assert.False(sandbox.Away.IsCompleted);
        Assert.Equal(host.Time.GetUtcNow() + TimeSpan.FromMinutes(10), sandbox.Info.EndsAt);
        Assert.Equal((SandboxState.Running, null), (host.Store.Saved[sandbox.Info.Id].State, host.Store.Saved[sandbox.Info.Id].PausedAt));
        Assert.Equal(
            ["starting", "running", "pausing", "paused", "resuming", "running"], sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>().Select(entry => entry.State));
    }

    [Fact]
    public async Task Changes_at_once_are_a_conflict_and_an_end_comes_through()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var barrier = new TaskCompletionSource();
        host.Inside(sandbox).FreezeBarrier = barrier.Task;
        var first = sandbox.PauseAsync(true, Token);
        foreach (var call in (Func<Task>[])[
            () => sandbox.PauseAsync(true, Token), () => sandbox.ResumeAsync(null, true, Token), () => sandbox.SnapshotAsync(new(), Token), () => sandbox.ForkAsync(new(1, null), Token),
            () => sandbox.SetTimeoutAsync(TimeSpan.FromHours(1), Token), () => sandbox.Guest.ListAsync(Token), () => sandbox.ConnectAsync(80, Token)])
        {
            await EngineHarness.FailsAsync(ErrorCode.Conflict, call);
        }

        var end = sandbox.KillAsync(Token);
        barrier.SetResult();
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => first);
        await end;
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_pause_that_fails_leaves_it_running()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        host.Inside(sandbox).FreezeFails = new IOException("stuck");
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => sandbox.PauseAsync(true, Token));
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        Assert.Empty(await sandbox.Guest.ListAsync(Token));

        host.Inside(sandbox).FreezeFails = null;
        host.Store.OnSave = _ => throw new IOException("full");
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => sandbox.PauseAsync(true, Token));
        Assert.False(host.Inside(sandbox).Frozen);
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
    }

    [Fact]
    public async Task Its_timeout_pauses_it_where_it_is_told_to_and_its_keeping_ends()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await CreateAsync(host, _pausing);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        await EngineHarness.EventuallyAsync(() => sandbox.Info.State == SandboxState.Paused);
        host.Time.Advance(TimeSpan.FromDays(29));
        await Task.Delay(50, Token);
        Assert.Equal(SandboxState.Paused, sandbox.Info.State);
        host.Time.Advance(TimeSpan.FromDays(1));
        await sandbox.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task Paused_time_does_not_count()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(1));
        await sandbox.PauseAsync(true, Token);
        host.Time.Advance(TimeSpan.FromHours(1));
        await Task.Delay(50, Token);
        Assert.Equal(SandboxState.Paused, sandbox.Info.State);
    }

    [Fact]
    public async Task A_call_wakes_it_where_it_is_told_to_and_many_wake_it_once()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await CreateAsync(host, _pausing with { AutoResume = true });
        await sandbox.PauseAsync(true, Token);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => sandbox.Guest.ListAsync(Token)));
        Assert.Single(sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>(), entry => entry.State == "resuming");

        await sandbox.PauseAsync(true, Token);
        await using (await sandbox.ConnectAsync(80, Token))
            Assert.Equal(SandboxState.Running, sandbox.Info.State);
        await sandbox.PauseAsync(true, Token);
        await sandbox.WakeAsync(Token);
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
    }

    [Fact]
    public async Task Without_being_told_to_it_stays_paused()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        await sandbox.PauseAsync(true, Token);
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => sandbox.Guest.ListAsync(Token));
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => sandbox.WakeAsync(Token));
        Assert.True(host.Inside(sandbox).Frozen);
    }

    [Fact]
    public async Task Idleness_is_no_call_no_process_no_connection()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await CreateAsync(host, new Lifecycle { IdleTimeout = TimeSpan.FromMinutes(1), OnTimeout = TimeoutAction.Pause });
        var inside = host.Inside(sandbox);

        await using (await sandbox.ConnectAsync(80, Token))
        {
            await PassAsync(host, sandbox, SandboxState.Running);
            // The next reason is there before the one before it is gone, whenever it is looked at.
            inside.OutgoingConnections = 1;
        }

        await PassAsync(host, sandbox, SandboxState.Running);
        inside.Inside.Processes = [new ProcessInfo(7, null, "sleep", [], new Dictionary<string, string>(StringComparer.Ordinal), null)];
        inside.OutgoingConnections = 0;
        await PassAsync(host, sandbox, SandboxState.Running);
        inside.Inside.Processes = [];
        await PassAsync(host, sandbox, SandboxState.Paused);
    }

    [Fact]
    public async Task It_is_paused_after_a_restart_as_it_was_before_and_its_keeping_goes_on()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(1));
        await sandbox.PauseAsync(true, Token);
        var id = sandbox.Info.Id.Value;
        await host.Engine.DisposeAsync();
        host.Wall.Host[id].Frozen = false;

        await host.StartEngineAsync();
        var after = host.Engine.Get("t", id);
        Assert.Equal(SandboxState.Paused, after.Info.State);
        Assert.True(host.Wall.Host[id].Frozen);
        await after.ResumeAsync(null, true, Token);
        Assert.Equal(SandboxState.Running, after.Info.State);
        await after.PauseAsync(true, Token);
        host.Time.Advance(TimeSpan.FromDays(31));
        await after.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_pause_ends_what_is_under_way()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var stream = await sandbox.ConnectAsync(80, Token);
        await sandbox.PauseAsync(true, Token);
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Token).AsTask());
        await stream.DisposeAsync();
        await sandbox.ResumeAsync(null, true, Token);
    }

    private static Task<ISandbox> CreateAsync(EngineHarness host, Lifecycle lifecycle) =>
        host.Engine.CreateAsync("t", new SandboxSpec { Lifecycle = lifecycle }, Token);

    private static async Task PassAsync(EngineHarness host, ISandbox sandbox, SandboxState state)
    {
        for (var minute = 0; minute < 3; minute++)
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(50, Token);
        }

        Assert.Equal(state, sandbox.Info.State);
    }
}

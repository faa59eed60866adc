using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class FilesPauseTests
{
    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task The_wall_goes_the_disk_stays_and_a_new_wall_starts_on_it()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(10));
        var disk = Path.Combine(host.Root, "sandboxes", sandbox.Info.Id.Value, "disk.ext4");
        await sandbox.PauseAsync(false, Token);
        Assert.Empty(host.Wall.Host);
        Assert.Equal((SandboxState.Paused, true, null), (sandbox.Info.State, sandbox.Info.FilesOnly, sandbox.Info.EndsAt));
        Assert.True(host.Store.Saved[sandbox.Info.Id].FilesOnly);
        Assert.True(File.Exists(disk));
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => sandbox.Guest.ListAsync(Token));
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => sandbox.PauseAsync(true, Token));
        Assert.Equal(0, (await sandbox.UsageAsync(Token)).MemoryBytes);

        await sandbox.ResumeAsync(null, true, Token);
        Assert.Equal((SandboxState.Running, false), (sandbox.Info.State, sandbox.Info.FilesOnly));
        Assert.False(host.Store.Saved[sandbox.Info.Id].FilesOnly);
        Assert.Single(host.Wall.Host);
        Assert.Equal("started;started;", await File.ReadAllTextAsync(disk, Token));
        Assert.Equal(host.Time.GetUtcNow() + TimeSpan.FromMinutes(10), sandbox.Info.EndsAt);
        Assert.Equal(
            ["starting", "running", "pausing", "paused", "resuming", "running"], sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>().Select(entry => entry.State));
        host.Inside(sandbox).Die("crashed");
        await sandbox.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task It_is_found_paused_after_a_restart_though_its_wall_is_still_there()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        await host.Engine.DisposeAsync();
        // As if the server had died between what it said and what it did.
        host.Store.Saved[sandbox.Info.Id] = host.Store.Saved[sandbox.Info.Id] with { State = SandboxState.Paused, FilesOnly = true, PausedAt = host.Time.GetUtcNow() };
        await host.StartEngineAsync();
        var after = host.Engine.Get("t", sandbox.Info.Id.Value);
        Assert.Equal((SandboxState.Paused, true), (after.Info.State, after.Info.FilesOnly));
        Assert.Empty(host.Wall.Host);
        await after.ResumeAsync(null, true, Token);
        Assert.Single(host.Wall.Host);
        await after.PauseAsync(false, Token);
        host.Time.Advance(TimeSpan.FromDays(31));
        await after.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_record_that_cannot_be_saved_leaves_it_running()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        host.Store.OnSave = info => info.FilesOnly ? throw new IOException("full") : Task.CompletedTask;
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => sandbox.PauseAsync(false, Token));
        Assert.Equal((SandboxState.Running, false), (sandbox.Info.State, sandbox.Info.FilesOnly));
        Assert.Empty(await sandbox.Guest.ListAsync(Token));
        await sandbox.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_start_that_fails_leaves_it_paused_and_can_be_tried_again()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        await sandbox.PauseAsync(false, Token);
        host.Wall.OnStart = (_, _) => throw new CaissonException(ErrorCode.Unavailable, "no");
        await EngineHarness.FailsAsync(ErrorCode.Unavailable, () => sandbox.ResumeAsync(null, true, Token));
        Assert.Equal((SandboxState.Paused, true), (sandbox.Info.State, sandbox.Info.FilesOnly));
        host.Wall.OnStart = null;
        host.Wall.OnConfigure = _ => throw new CaissonException(ErrorCode.Unavailable, "the guest does not answer");
        await EngineHarness.FailsAsync(ErrorCode.Unavailable, () => sandbox.ResumeAsync(null, true, Token));
        Assert.Empty(host.Wall.Host);
        host.Wall.OnConfigure = null;
        await sandbox.ResumeAsync(null, true, Token);
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        await sandbox.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task Memory_can_be_given_up_at_the_resumption()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var before = host.Inside(sandbox);
        await sandbox.PauseAsync(true, Token);
        await sandbox.ResumeAsync(null, false, Token);
        Assert.NotSame(before, host.Inside(sandbox));
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
    }

    [Fact]
    public async Task The_timeout_and_a_call_do_as_the_spec_says()
    {
        await using var host = await EngineHarness.StartAsync();
        var lifecycle = new Lifecycle { Timeout = TimeSpan.FromMinutes(1), OnTimeout = TimeoutAction.Pause, KeepMemory = false, AutoResume = true };
        var sandbox = await host.Engine.CreateAsync("t", new SandboxSpec { Lifecycle = lifecycle }, Token);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await EngineHarness.EventuallyAsync(() => sandbox.Info.State == SandboxState.Paused);
        Assert.True(sandbox.Info.FilesOnly);
        Assert.Empty(await sandbox.Guest.ListAsync(Token));
        Assert.Equal((SandboxState.Running, false), (sandbox.Info.State, sandbox.Info.FilesOnly));
    }

    [Fact]
    public async Task Its_files_can_be_kept_and_forked_while_it_has_no_wall()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        await sandbox.PauseAsync(false, Token);
        var snapshot = await sandbox.SnapshotAsync(new(), Token);
        Assert.Equal("started;".Length, snapshot.Bytes);
        Assert.NotNull(Assert.Single(await sandbox.ForkAsync(new(1, null), Token)).Sandbox);
        Assert.Equal(SandboxState.Paused, sandbox.Info.State);
    }
}

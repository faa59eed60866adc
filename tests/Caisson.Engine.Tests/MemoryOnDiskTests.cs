using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class MemoryOnDiskTests
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task Memory_goes_to_disk_after_a_while_and_comes_back_behind_a_new_wall()
    {
        await using var host = await StartAsync();
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(10));
        host.Inside(sandbox).Content = "remembered";
        await StoreAsync(host, sandbox);
        Assert.Empty(host.Wall.Host);
        Assert.Equal((SandboxState.Paused, false), (sandbox.Info.State, sandbox.Info.FilesOnly));
        Assert.Equal(new MemoryOnDisk(10, 0, Whole: true), host.Store.Saved[sandbox.Info.Id].Memory);
        Assert.Equal(0, (await sandbox.UsageAsync(Token)).MemoryBytes);
        Assert.Contains(sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>(), entry => entry.Reason.Contains("written to disk: 10 bytes", StringComparison.Ordinal));

        await sandbox.ResumeAsync(null, true, Token);
        Assert.Equal((SandboxState.Running, null), (sandbox.Info.State, sandbox.Info.Memory));
        Assert.Null(host.Store.Saved[sandbox.Info.Id].Memory);
        Assert.Equal("remembered", host.Inside(sandbox).Content);
        Assert.False(Directory.Exists(Memory(host, sandbox)));
        host.Inside(sandbox).Die("crashed");
        await sandbox.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task Where_the_wall_cannot_or_the_time_has_not_come_it_stays_in_memory()
    {
        await using var host = await EngineHarness.StartAsync();
        var plain = await host.CreateAsync();
        await plain.PauseAsync(true, Token);
        host.Wall.Checkpoints = true;
        var able = await host.CreateAsync();
        await able.PauseAsync(true, Token);
        host.Time.Advance(_minute - TimeSpan.FromSeconds(1));
        await Task.Delay(50, Token);
        Assert.Equal(2, host.Wall.Host.Count);
        host.Time.Advance(_minute);
        await EngineHarness.EventuallyAsync(() => able.Info.Memory is { Whole: true });
        Assert.Single(host.Wall.Host);
        Assert.Null(plain.Info.Memory);
    }

    [Fact]
    public async Task What_cannot_be_written_stays_in_memory_and_goes_on()
    {
        await using var host = await StartAsync();
        host.Wall.CheckpointFails = new CaissonException(ErrorCode.Unavailable, "a device is in the way");
        var sandbox = await host.CreateAsync();
        await sandbox.PauseAsync(true, Token);
        host.Time.Advance(_minute);
        await EngineHarness.EventuallyAsync(() => sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>().Any(entry => entry.Reason.Contains("a device is in the way", StringComparison.Ordinal)));
        await sandbox.ResumeAsync(null, true, Token);
        Assert.Equal((SandboxState.Running, null), (sandbox.Info.State, sandbox.Info.Memory));
        Assert.False(host.Inside(sandbox).Frozen);
        host.Inside(sandbox).Die("crashed");
        await sandbox.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_caller_that_comes_meanwhile_waits_and_is_not_refused()
    {
        await using var host = await StartAsync();
        var barrier = new TaskCompletionSource();
        host.Wall.CheckpointBarrier = barrier.Task;
        var sandbox = await host.CreateAsync();
        await sandbox.PauseAsync(true, Token);
        host.Time.Advance(_minute);
        await EngineHarness.EventuallyAsync(() => sandbox.Info.Memory is { Whole: false });
        var resumed = sandbox.ResumeAsync(null, true, Token);
        await Task.Delay(50, Token);
        Assert.False(resumed.IsCompleted);
        barrier.SetResult();
        await resumed;
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        await sandbox.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task It_is_found_on_disk_by_the_next_server_as_after_a_restart_of_the_host()
    {
        await using var host = await StartAsync();
        var sandbox = await host.CreateAsync();
        host.Inside(sandbox).Content = "remembered";
        await StoreAsync(host, sandbox);
        await host.Engine.DisposeAsync();
        await host.StartEngineAsync();
        var after = host.Engine.Get("t", sandbox.Info.Id.Value);
        Assert.Equal(SandboxState.Paused, after.Info.State);
        await after.ResumeAsync(null, true, Token);
        Assert.Equal("remembered", host.Inside(after).Content);
        await after.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_died_while_it_was_written_finds_it_where_it_is(bool written)
    {
        await using var host = await StartAsync();
        var sandbox = await host.CreateAsync();
        var inside = host.Inside(sandbox);
        await sandbox.PauseAsync(true, Token);
        await host.Engine.DisposeAsync();
        host.Store.Saved[sandbox.Info.Id] = host.Store.Saved[sandbox.Info.Id] with { Memory = new MemoryOnDisk(0, 0, Whole: false) };
        Directory.CreateDirectory(Memory(host, sandbox));
        await File.WriteAllTextAsync(Path.Combine(Memory(host, sandbox), "content"), "on disk", Token);
        if (written)
            await inside.KillAsync(Token);
        await host.StartEngineAsync();
        var after = host.Engine.Get("t", sandbox.Info.Id.Value);
        Assert.Equal(Memory(host, sandbox), host.Wall.Unfinished);
        Assert.Equal((SandboxState.Paused, written), (after.Info.State, after.Info.Memory is { Whole: true }));
        Assert.Equal(written, Directory.Exists(Memory(host, sandbox)));
        await after.ResumeAsync(null, true, Token);
        Assert.Equal(written ? "on disk" : "files", host.Inside(after).Content);
        await after.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_resumption_that_was_not_acknowledged_is_paused_where_it_got_to()
    {
        await using var host = await StartAsync();
        var sandbox = await host.CreateAsync();
        await StoreAsync(host, sandbox);
        host.Store.OnSave = info => info.State == SandboxState.Running ? throw new IOException("full") : Task.CompletedTask;
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => sandbox.ResumeAsync(null, true, Token));
        host.Store.OnSave = null;
        Assert.Equal((SandboxState.Paused, null), (sandbox.Info.State, sandbox.Info.Memory));
        Assert.True(host.Inside(sandbox).Frozen);
        await sandbox.ResumeAsync(null, true, Token);
        Assert.False(host.Inside(sandbox).Frozen);
        await sandbox.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_wall_that_cannot_put_it_back_leaves_it_paused_and_its_files_can_be_had_without_it()
    {
        await using var host = await StartAsync();
        var sandbox = await host.CreateAsync();
        await StoreAsync(host, sandbox);
        host.Wall.OnStart = (request, _) => request.Checkpoint is null ? Task.CompletedTask : throw new CaissonException(ErrorCode.Internal, "it is damaged");
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => sandbox.ResumeAsync(null, true, Token));
        Assert.Equal((SandboxState.Paused, true), (sandbox.Info.State, sandbox.Info.Memory is { Whole: true }));
        await sandbox.ResumeAsync(null, false, Token);
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        Assert.False(Directory.Exists(Memory(host, sandbox)));
        await sandbox.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task Processes_in_it_are_copied_along_unless_the_files_alone_are_asked_for()
    {
        await using var host = await StartAsync();
        var sandbox = await host.CreateAsync();
        host.Inside(sandbox).HasProcesses = true;
        await StoreAsync(host, sandbox);
        Assert.Equal(1, (await sandbox.SnapshotAsync(new SnapshotRequest(LeaveProcesses: false), Token)).Memory?.Processes);
        Assert.Null((await sandbox.SnapshotAsync(new SnapshotRequest(LeaveProcesses: true), Token)).Memory);
        Assert.Equal((SandboxState.Paused, true), (sandbox.Info.State, sandbox.Info.Memory is { Whole: true }));
        await sandbox.KillAsync(Token);
    }

    private static async Task<EngineHarness> StartAsync()
    {
        var host = await EngineHarness.StartAsync();
        host.Wall.Checkpoints = true;
        return host;
    }

    private static string Memory(EngineHarness host, ISandbox sandbox) => Path.Combine(host.Root, "sandboxes", sandbox.Info.Id.Value, "memory");

    private static async Task StoreAsync(EngineHarness host, ISandbox sandbox)
    {
        await sandbox.PauseAsync(true, Token);
        host.Time.Advance(_minute);
        await EngineHarness.EventuallyAsync(() => sandbox.Info.Memory is { Whole: true } && host.Store.Saved[sandbox.Info.Id].Memory is { Whole: true });
    }
}

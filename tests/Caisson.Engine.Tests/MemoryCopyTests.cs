using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Xunit;

namespace Caisson.Engine.Tests;

/// <summary>Snapshots and forks of sandboxes whose wall copies processes along.</summary>
public sealed class MemoryCopyTests
{
    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_sandbox_from_a_snapshot_goes_on_with_the_processes_on_a_disk_of_its_own()
    {
        await using var host = await StartAsync();
        var source = await BusyAsync(host);
        var snapshot = await source.SnapshotAsync(new SnapshotRequest("busy"), Token);
        Assert.Equal(("processes of files", 18, 1), (snapshot.Memory!.Digest, snapshot.Memory.Bytes, snapshot.Memory.Processes));
        var other = await host.Engine.CreateAsync("t", new SandboxSpec { Template = "busy" }, Token);
        Assert.Equal("files with processes of files", host.Inside(other).Content);
        Assert.Empty(host.Wall.Roots[other.Info.Id.Value].Captured);
        Assert.Null(other.Info.Layer);
        // It needs the snapshot no more, and neither do those made of it.
        Assert.True(await host.Engine.Snapshots.DeleteAsync("t", snapshot.Id, Token));
        Assert.Empty(Left(host));
        await source.KillAsync(Token);
        await other.KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task It_stands_on_what_its_source_stood_on()
    {
        await using var host = await StartAsync();
        var below = await (await host.CreateAsync()).SnapshotAsync(new SnapshotRequest(), Token);
        var source = await host.Engine.CreateAsync("t", new SandboxSpec { Template = below.Id }, Token);
        host.Inside(source).HasProcesses = true;
        var fork = Assert.Single(await source.ForkAsync(new ForkRequest(1, null), Token)).Sandbox!;
        Assert.Equal(below.Layer, fork.Info.Layer);
        Assert.Single(host.Wall.Roots[fork.Info.Id.Value].Captured);
        await host.Engine.Snapshots.DeleteAsync("t", below.Id, Token);
        await source.KillAsync(Token);
        Assert.Single(Left(host));
        await fork.KillAsync(Token);
        Assert.Empty(Left(host));
    }

    [Fact]
    public async Task Forks_share_one_copy_that_goes_when_all_have_started()
    {
        await using var host = await StartAsync();
        var source = await BusyAsync(host);
        var forks = await source.ForkAsync(new ForkRequest(5, null), Token);
        Assert.All(forks, fork => Assert.Equal("files with processes of files", host.Inside(fork.Sandbox!).Content));
        Assert.Empty(Left(host));
        Assert.Contains(source.ReadTimeline(0, 100).OfType<LifecycleEvent>(), entry => entry.Reason.Contains("and 18 bytes of memory with 1 processes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_processes_or_where_files_are_enough_there_is_no_memory()
    {
        await using var host = await StartAsync();
        var idle = await host.CreateAsync();
        Assert.Null((await idle.SnapshotAsync(new SnapshotRequest(), Token)).Memory);
        var busy = await BusyAsync(host);
        var files = await busy.SnapshotAsync(new SnapshotRequest(LeaveProcesses: true), Token);
        Assert.Null(files.Memory);
        var other = await host.Engine.CreateAsync("t", new SandboxSpec { Template = files.Id }, Token);
        Assert.Equal(files.Layer, other.Info.Layer);
    }

    [Fact]
    public async Task Equal_files_with_other_processes_are_another_layer()
    {
        await using var host = await StartAsync();
        var source = await BusyAsync(host);
        var files = await source.SnapshotAsync(new SnapshotRequest(LeaveProcesses: true), Token);
        var memory = await source.SnapshotAsync(new SnapshotRequest(), Token);
        Assert.NotEqual(files.Layer, memory.Layer);
        Assert.Equal(memory.Layer, (await source.SnapshotAsync(new SnapshotRequest(), Token)).Layer);
        Assert.Equal(3, Left(host).Length);
    }

    [Fact]
    public async Task Other_bounds_than_the_processes_had_are_refused()
    {
        await using var host = await StartAsync();
        var snapshot = await (await BusyAsync(host)).SnapshotAsync(new SnapshotRequest(), Token);
        var spec = new SandboxSpec { Template = snapshot.Id, Resources = snapshot.Resources with { MemoryBytes = snapshot.Resources.MemoryBytes * 2 } };
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.Engine.CreateAsync("t", spec, Token));
        Assert.NotNull(await host.Engine.CreateAsync("t", spec with { Resources = snapshot.Resources }, Token));
    }

    [Fact]
    public async Task One_that_cannot_start_leaves_the_snapshot_as_it_was()
    {
        await using var host = await StartAsync();
        var snapshot = await (await BusyAsync(host)).SnapshotAsync(new SnapshotRequest(), Token);
        host.Wall.OnStart = (_, _) => throw new CaissonException(ErrorCode.Unavailable, "no room");
        await EngineHarness.FailsAsync(ErrorCode.Unavailable, () => host.Engine.CreateAsync("t", new SandboxSpec { Template = snapshot.Id }, Token));
        host.Wall.OnStart = null;
        Assert.NotNull(await host.Engine.CreateAsync("t", new SandboxSpec { Template = snapshot.Id }, Token));
        await host.Engine.Snapshots.DeleteAsync("t", snapshot.Id, Token);
        Assert.Empty(Left(host));
    }

    [Fact]
    public async Task The_next_server_knows_it_and_sweeps_what_was_never_finished()
    {
        await using var host = await StartAsync();
        var source = await BusyAsync(host);
        var snapshot = await source.SnapshotAsync(new SnapshotRequest("kept"), Token);
        Directory.CreateDirectory(Path.Combine(LayersOf(host), "0123.new.memory"));
        await host.Engine.DisposeAsync();
        await host.StartEngineAsync();
        Assert.Equal(2, Left(host).Length);
        Assert.Equal(1, host.Engine.Snapshots.Find("t", snapshot.Id)?.Memory?.Processes);
        var other = await host.Engine.CreateAsync("t", new SandboxSpec { Template = "kept" }, Token);
        Assert.Equal("files with processes of files", host.Inside(other).Content);
    }

    private static async Task<EngineHarness> StartAsync()
    {
        var host = await EngineHarness.StartAsync();
        host.Wall.Checkpoints = true;
        return host;
    }

    private static async Task<ISandbox> BusyAsync(EngineHarness host)
    {
        var sandbox = await host.CreateAsync();
        host.Inside(sandbox).HasProcesses = true;
        return sandbox;
    }

    private static string LayersOf(EngineHarness host) => Path.Combine(host.Root, "layers");

    private static string[] Left(EngineHarness host) => [.. Directory.EnumerateFileSystemEntries(LayersOf(host)).Select(path => Path.GetFileName(path)!)];
}

using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class SnapshotTests
{
    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_sandbox_starts_from_a_snapshot_and_stands_on_its_layers()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var snapshot = await sandbox.SnapshotAsync(new SnapshotRequest("mine"), Token);
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        var other = await From(host, "mine");
        Assert.Equal(snapshot.Id, other.Info.Spec.Template);
        Assert.Single(host.Wall.Roots[other.Info.Id.Value].Captured);

        host.Inside(other).Content = "more";
        var second = await other.SnapshotAsync(new SnapshotRequest(), Token);
        var third = await From(host, second.Id);
        var layers = host.Wall.Roots[third.Info.Id.Value].Captured;
        Assert.Equal(["files", "more"], layers.Select(File.ReadAllText));
    }

    [Fact]
    public async Task A_layer_stays_while_anything_stands_on_it()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var snapshot = await sandbox.SnapshotAsync(new SnapshotRequest(), Token);
        var other = await From(host, snapshot.Id);
        Assert.True(await host.Engine.Snapshots.DeleteAsync("t", snapshot.Id, Token));
        Assert.False(await host.Engine.Snapshots.DeleteAsync("t", snapshot.Id, Token));
        Assert.Single(Layers(host));
        host.Inside(other).Content = "more";
        var upon = await other.SnapshotAsync(new SnapshotRequest(), Token);
        await other.KillAsync(Token);
        Assert.Equal(2, Layers(host).Length);
        await host.Engine.Snapshots.DeleteAsync("t", upon.Id, Token);
        Assert.Empty(Layers(host));
        Assert.Empty(host.Store.Layers);
    }

    [Fact]
    public async Task Equal_content_is_kept_once()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var one = await sandbox.SnapshotAsync(new SnapshotRequest(), Token);
        var two = await sandbox.SnapshotAsync(new SnapshotRequest(), Token);
        Assert.Equal(one.Layer, two.Layer);
        Assert.Single(Layers(host));
        await host.Engine.Snapshots.DeleteAsync("t", one.Id, Token);
        Assert.Single(Layers(host));
        await host.Engine.Snapshots.DeleteAsync("t", two.Id, Token);
        Assert.Empty(Layers(host));
    }

    [Fact]
    public async Task The_same_name_and_tag_again_replace_a_snapshot()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var one = await sandbox.SnapshotAsync(new SnapshotRequest("n", "v1"), Token);
        host.Inside(sandbox).Content = "changed";
        var two = await sandbox.SnapshotAsync(new SnapshotRequest("n", "v1"), Token);
        Assert.Equal(one.Id, two.Id);
        Assert.Single(host.Engine.Snapshots.List("t"));
        Assert.Single(Layers(host));
        Assert.Null(host.Engine.Snapshots.Find("t", "n"));
        Assert.NotNull(host.Engine.Snapshots.Find("t", "n:v1"));
        Assert.Null(host.Engine.Snapshots.Find("other", "n:v1"));
        Assert.Null(host.Engine.Snapshots.Find("other", one.Id));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => sandbox.SnapshotAsync(new SnapshotRequest("N"), Token));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => sandbox.SnapshotAsync(new SnapshotRequest("n", ""), Token));
    }

    [Fact]
    public async Task Snapshots_and_what_stands_on_them_outlive_the_server_and_loose_layers_do_not()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        var snapshot = await sandbox.SnapshotAsync(new SnapshotRequest(), Token);
        host.Inside(sandbox).Content = "forked";
        var forked = Assert.Single(await sandbox.ForkAsync(new ForkRequest(1, null), Token)).Sandbox!;
        await host.Engine.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(host.Root, "layers", "loose.new"), "half", Token);
        host.Store.Layers["unused"] = new("unused", null, "base", "fake", 1);

        await host.StartEngineAsync();
        Assert.Equal(2, Layers(host).Length);
        Assert.Equal(2, host.Store.Layers.Count);
        _ = await From(host, snapshot.Id);
        await host.Engine.Get("t", forked.Info.Id.Value).KillAsync(Token);
        Assert.Single(Layers(host));
    }

    [Fact]
    public async Task Forks_are_sandboxes_of_their_own_each_succeeding_or_failing_by_itself()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { MaxSandboxes = 4 });
        var source = await host.CreateAsync(TimeSpan.FromMinutes(5), new SandboxSpec { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = "v" } });
        var before = source.Info;
        var outcomes = await source.ForkAsync(new ForkRequest(5, TimeSpan.FromMinutes(1)), Token);
        var made = outcomes.Where(one => one.Sandbox is not null).Select(one => one.Sandbox!).ToList();
        Assert.Equal(3, made.Count);
        Assert.All(outcomes.Where(one => one.Sandbox is null), one => Assert.Equal(ErrorCode.ResourceExhausted, one.Failure!.Code));
        Assert.Equal(before, source.Info);
        Assert.Equal(4, made.Select(one => one.Info.AccessToken).Append(before.AccessToken).Distinct(StringComparer.Ordinal).Count());
        Assert.All(made, one => Assert.Equal("v", one.Info.Spec.Metadata["k"]));
        Assert.Single(Layers(host));
        foreach (var one in made.Append(source))
            await one.KillAsync(Token);
        Assert.Empty(Layers(host));
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task Processes_are_left_behind_only_when_the_caller_says_so()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        host.Inside(sandbox).HasProcesses = true;
        await EngineHarness.FailsAsync(ErrorCode.Unsupported, () => sandbox.SnapshotAsync(new SnapshotRequest(), Token));
        await EngineHarness.FailsAsync(ErrorCode.Unsupported, () => sandbox.ForkAsync(new ForkRequest(1, null), Token));
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        Assert.Empty(Layers(host));
        _ = await sandbox.SnapshotAsync(new SnapshotRequest(LeaveProcesses: true), Token);
    }

    [Fact]
    public async Task A_paused_sandbox_is_copied_paused_and_every_step_is_told()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        await sandbox.PauseAsync(true, Token);
        _ = await sandbox.SnapshotAsync(new SnapshotRequest(), Token);
        Assert.Equal(SandboxState.Paused, sandbox.Info.State);
        Assert.NotNull(sandbox.Info.PausedAt);
        Assert.Equal(
            ["starting", "running", "pausing", "paused", "snapshotting", "paused"], sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>().Select(entry => entry.State));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task A_bad_count_is_refused(int count)
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => sandbox.ForkAsync(new ForkRequest(count, null), Token));
    }

    private static Task<ISandbox> From(EngineHarness host, string template) => host.CreateAsync(spec: new SandboxSpec { Template = template });

    private static string[] Layers(EngineHarness host) => Directory.GetFiles(Path.Combine(host.Root, "layers"));
}

using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.State;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class RestartTests
{
    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task Sandboxes_outlive_the_server_with_their_timelines_and_timeouts()
    {
        await using var host = await EngineHarness.StartAsync();
        var before = await host.CreateAsync(TimeSpan.FromMinutes(10));
        var inside = host.Inside(before);
        await host.Engine.DisposeAsync();
        Assert.Equal((0, 1), (inside.Kills, inside.Disposals));
        await EngineHarness.FailsAsync(ErrorCode.Unavailable, () => host.CreateAsync());

        await host.StartEngineAsync();
        var after = host.Engine.Get("t", before.Info.Id.Value);
        Assert.Equal(before.Info, after.Info);
        Assert.Equal(1, host.Engine.Admitted);
        var timeline = after.ReadTimeline(0, 100);
        Assert.Equal(Enumerable.Range(1, timeline.Count).Select(number => (long)number), timeline.Select(entry => entry.Sequence));
        Assert.Equal(["starting", "running", "running"], timeline.OfType<LifecycleEvent>().Select(entry => entry.State));
        host.Time.Advance(TimeSpan.FromMinutes(11));
        await after.Ended.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_successor_waits_a_moment_for_what_a_killed_server_left_holding_the_state_directory()
    {
        var root = Directory.CreateTempSubdirectory("cst-").FullName;
        var (time, held) = (new FakeTimeProvider(), Hold());
        try
        {
            var opening = StateDirectory.OpenAsync(root, time, Token);
            Assert.False(opening.IsCompleted);
            held.Dispose();
            await PassTimeAsync(time, opening);
            (await opening).Dispose();

            held = Hold();
            var refused = StateDirectory.OpenAsync(root, time, Token);
            Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<CaissonException>(() => PassTimeAsync(time, refused))).Code);
        }
        finally
        {
            held?.Dispose();
            Directory.Delete(root, recursive: true);
        }

        FileStream Hold() => new(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public async Task What_is_gone_is_forgotten_and_what_nobody_owns_is_swept()
    {
        await using var host = await EngineHarness.StartAsync();
        var gone = await host.CreateAsync();
        var orphan = await host.CreateAsync();
        var kept = await host.CreateAsync();
        await host.Engine.DisposeAsync();
        host.Wall.Host.TryRemove(gone.Info.Id.Value, out _);
        host.Store.Saved.TryRemove(orphan.Info.Id, out _);
        Directory.CreateDirectory(Path.Combine(host.Root, "sandboxes", SandboxId.New().Value));
        var foreign = Directory.CreateDirectory(Path.Combine(host.Root, "sandboxes", "not-ours")).FullName;

        await host.StartEngineAsync();
        Assert.Equal([kept.Info.Id], host.Engine.All.Select(sandbox => sandbox.Info.Id));
        Assert.Equal([kept.Info.Id], host.Store.Saved.Keys);
        Assert.Equal([kept.Info.Id.Value], host.Wall.Host.Keys);
        Assert.True(Directory.Exists(foreign));
        Directory.Delete(foreign);
        await host.Engine.Get("t", kept.Info.Id.Value).KillAsync(Token);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_server_that_takes_its_sandboxes_along_leaves_none()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { DetachOnShutdown = false });
        await host.CreateAsync();
        await host.CreateAsync();
        await host.Engine.DisposeAsync();
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused()
    {
        await using var host = await EngineHarness.StartAsync();
        var second = host.New();
        var failure = await EngineHarness.FailsAsync(ErrorCode.Conflict, () => PassTimeAsync(host.Time, second.StartAsync(Token)));
        Assert.Contains(host.Root, failure.Message, StringComparison.Ordinal);
        await host.Engine.DisposeAsync();
        await host.StartEngineAsync();
    }

    [Fact]
    public async Task A_shutdown_stops_creations_under_way()
    {
        await using var host = await EngineHarness.StartAsync();
        var begun = new TaskCompletionSource();
        host.Wall.OnStart = (_, cancellation) =>
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellation);
        };
        var creation = host.CreateAsync();
        await begun.Task;
        await host.Engine.DisposeAsync();
        await EngineHarness.FailsAsync(ErrorCode.Unavailable, () => creation);
        host.AssertNothingLeft();
    }

    private static async Task PassTimeAsync(FakeTimeProvider time, Task task)
    {
        for (var i = 0; i < 1000 && !task.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(5, Token);
        }

        await task.WaitAsync(TimeSpan.FromSeconds(5), Token);
    }
}

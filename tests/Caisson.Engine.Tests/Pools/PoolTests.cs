using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Pools;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Xunit;

namespace Caisson.Engine.Tests.Pools;

public sealed class PoolTests
{
    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_request_is_served_by_what_stands_ready_and_gets_all_it_asked_for()
    {
        await using var host = await StartAsync(ready: 2);
        string[] parked = [.. host.Wall.Host.Keys];
        EgressPolicy? underPolicy = null;
        ISandbox? named = null;
        host.Wall.OnConfigure = inside =>
        {
            underPolicy = inside.Egress;
            named = host.Engine.Find(parked[0]) ?? host.Engine.Find(parked[1]);
            return Task.CompletedTask;
        };
        var spec = new SandboxSpec
        {
            Environment = new Dictionary<string, string> { ["NAME"] = "value" },
            Metadata = new Dictionary<string, string> { ["label"] = "x" },
            Volumes = new List<VolumeMount>(),
            Egress = EgressPolicy.Internet,
            Ingress = new IngressPolicy { Public = false },
        };
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(5), spec);
        host.Wall.OnConfigure = null;

        Assert.Contains(sandbox.Info.Id.Value, parked);
        Assert.Equal(SandboxState.Running, sandbox.Info.State);
        Assert.Equal(host.Time.GetUtcNow(), sandbox.Info.StartedAt);
        Assert.Equal(sandbox.Info.StartedAt + TimeSpan.FromMinutes(5), sandbox.Info.EndsAt);
        Assert.NotNull(sandbox.Info.TrafficToken);
        Assert.Equal("x", sandbox.Info.Spec.Metadata["label"]);
        Assert.Equal("value", host.Inside(sandbox).Inside.Configuration!.Environment["NAME"]);
        Assert.Same(spec.Egress, underPolicy);
        Assert.Null(named);
        Assert.Equal(["starting", "running"], sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>().Select(entry => entry.State));
        Assert.Equal(sandbox.Info with { State = SandboxState.Running }, host.Store.Saved[sandbox.Info.Id]);
        Assert.Equal((1, 0), (Only(host).Claims, Only(host).Misses));
        await FillAsync(host, 2);
        await sandbox.KillAsync(Token);
        Assert.DoesNotContain(sandbox.Info.Id.Value, host.Wall.Host.Keys);
    }

    [Fact]
    public async Task What_stands_ready_is_nobodys()
    {
        await using var host = await StartAsync(ready: 3, options => options with { MaxSandboxes = 1 });
        Assert.Empty(host.Engine.All);
        Assert.Equal(0, host.Engine.Admitted);
        Assert.Empty(host.Store.Saved);
        Assert.All(host.Wall.Host.Values, inside => Assert.Empty(inside.Inside.Configuration!.Environment));
        var one = await host.CreateAsync();
        await EngineHarness.FailsAsync(ErrorCode.ResourceExhausted, () => host.CreateAsync());
        await one.KillAsync(Token);
        await host.CreateAsync();
        Assert.Equal(1, host.Engine.Admitted);
    }

    [Fact]
    public async Task What_only_a_start_can_give_is_started()
    {
        await using var host = await StartAsync(ready: 2);
        string[] parked = [.. host.Wall.Host.Keys];
        var plain = new SandboxSpec();
        SandboxSpec[] others =
        [
            plain with { Template = "other" },
            plain with { Wall = "second" },
            plain with { Resources = new Resources { Pids = 7 } },
            plain with { Mounts = [new Mount("/a", "/b", ReadOnly: true)] },
        ];
        foreach (var spec in others)
            Assert.DoesNotContain((await host.CreateAsync(spec: spec)).Info.Id.Value, parked);
        var pausing = await host.Engine.CreateAsync("t", plain with { Lifecycle = new Lifecycle { OnTimeout = TimeoutAction.Pause } }, Token);
        Assert.DoesNotContain(pausing.Info.Id.Value, parked);
        host.Templates.Root = new RootFileSystem([new LayerTree("/", ["/another"])], true, false);
        Assert.DoesNotContain((await host.CreateAsync()).Info.Id.Value, parked);
        Assert.Equal(0, host.Engine.Pools.Sum(pool => pool.Claims));
        // Those with a mount have no pool at all.
        Assert.Equal(5, host.Engine.Pools.Sum(pool => pool.Misses));
    }

    [Fact]
    public async Task Nobody_gets_what_another_has()
    {
        await using var host = await StartAsync(ready: 10);
        var made = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Task.Run(() => host.CreateAsync(), Token)));
        Assert.Equal(60, made.Select(one => one.Info.Id).Distinct().Count());
        Assert.Equal(60, Only(host).Claims + Only(host).Misses);
        Assert.True(Only(host).Claims >= 10);
        Assert.All(made, one => Assert.Equal(SandboxState.Running, one.Info.State));
    }

    [Fact]
    public async Task The_dead_are_replaced_while_they_wait_and_never_handed_out()
    {
        await using var host = await StartAsync(ready: 2);
        string[] parked = [.. host.Wall.Host.Keys];
        foreach (var inside in host.Wall.Host.Values)
            inside.Die("the guest ended");
        var sandbox = await host.CreateAsync();
        Assert.DoesNotContain(sandbox.Info.Id.Value, parked);
        await FillAsync(host, 2);
        await PassAsync(host, () => !parked.Any(host.Wall.Host.ContainsKey));

        parked = [.. host.Wall.Host.Keys.Where(id => id != sandbox.Info.Id.Value)];
        host.Wall.Host[parked[0]].Die("the guest ended");
        await PassAsync(host, () => !host.Wall.Host.ContainsKey(parked[0]));
        await FillAsync(host, 2);
        Assert.Equal(3, Only(host).Died);
    }

    [Fact]
    public async Task One_that_does_not_answer_any_more_costs_its_owner_nothing()
    {
        await using var host = await StartAsync(ready: 2);
        string[] parked = [.. host.Wall.Host.Keys];
        host.Wall.OnConfigure = inside => parked.Any(id => host.Wall.Host.GetValueOrDefault(id) == inside)
            ? throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone")
            : Task.CompletedTask;
        var sandbox = await host.CreateAsync();
        Assert.DoesNotContain(sandbox.Info.Id.Value, parked);
        Assert.DoesNotContain(parked, host.Wall.Host.ContainsKey);
        Assert.Equal([sandbox.Info.Id], host.Store.Saved.Keys);
        Assert.Equal(1, host.Engine.Admitted);
    }

    [Fact]
    public async Task A_claim_that_cannot_be_saved_fails_and_leaves_nothing()
    {
        await using var host = await StartAsync(ready: 1);
        var parked = host.Wall.Host.Keys.Single();
        host.Store.OnSave = _ => throw new CaissonException(ErrorCode.Internal, "the disk is full");
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => host.CreateAsync());
        Assert.False(host.Wall.Host.ContainsKey(parked));
        Assert.Equal(0, host.Engine.Admitted);
        host.Store.OnSave = null;
        await FillAsync(host, 1);
    }

    [Fact]
    public async Task Starts_ahead_that_hang_hold_up_neither_claims_nor_starts()
    {
        await using var host = await StartAsync(ready: 2);
        var held = new TaskCompletionSource();
        host.Wall.OnStart = (request, cancellation) => request.Spec.Metadata.Count > 0 ? Task.CompletedTask : held.Task.WaitAsync(cancellation);
        var spec = new SandboxSpec { Metadata = new Dictionary<string, string> { ["mine"] = "1" } };
        string[] parked = [.. host.Wall.Host.Keys];
        var one = await host.CreateAsync(spec: spec);
        await PassAsync(host, () => Only(host).Starting == 1);
        var two = await host.CreateAsync(spec: spec);
        Assert.Equal(parked.Order(), new[] { one.Info.Id.Value, two.Info.Id.Value }.Order());
        Assert.NotNull(await host.CreateAsync(spec: spec));
        held.SetResult();
        await FillAsync(host, 2);
    }

    [Fact]
    public async Task Starts_ahead_wait_while_a_creation_is_under_way()
    {
        await using var host = await StartAsync(ready: 1);
        var held = new TaskCompletionSource();
        host.Wall.OnStart = (request, cancellation) => request.Spec.Metadata.Count > 0 ? held.Task.WaitAsync(cancellation) : Task.CompletedTask;
        var slow = host.CreateAsync(spec: new SandboxSpec { Template = "other", Metadata = new Dictionary<string, string> { ["mine"] = "1" } });
        var claimed = await host.CreateAsync();
        for (var i = 0; i < 40; i++)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1, Token);
        }

        // Nearly as long as they yield: none was begun.
        Assert.Equal([claimed.Info.Id.Value], host.Wall.Host.Keys);
        await FillAsync(host, 1);
        Assert.False(slow.IsCompleted);
        held.SetResult();
        await slow;
    }

    [Fact]
    public async Task A_pool_grows_with_demand_and_is_forgotten_with_it()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { Pools = Quick with { Max = 20 } });
        Assert.Empty(host.Engine.Pools);
        foreach (var sandbox in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.CreateAsync())))
            await sandbox.KillAsync(Token);
        await FillAsync(host, 10);
        Assert.Equal(8, Only(host).Misses);
        for (var i = 0; i < 12; i++)
            await host.CreateAsync();
        Assert.True(Only(host).Claims >= 10);
        foreach (var sandbox in host.Engine.All.ToList())
            await sandbox.KillAsync(Token);
        await PassAsync(host, () => host.Engine.Pools.Count == 0, TimeSpan.FromSeconds(10));
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task All_pools_together_keep_to_the_whole()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { Pools = Quick with { Max = 6 } });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.CreateAsync()));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.CreateAsync(spec: new SandboxSpec { Template = "other" })));
        // Slowly: where time runs far ahead of a starved processor, guests that wait count as dead before they can answer.
        await PassAsync(host, () => host.Engine.Pools.All(pool => pool.Ready == 3), TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < 20; i++)
        {
            host.Time.Advance(Quick.Tick);
            await Task.Delay(1, Token);
            Assert.True(host.Wall.Host.Count - host.Engine.All.Count() <= 6);
        }
    }

    [Fact]
    public async Task A_snapshot_has_a_pool_which_goes_with_it()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { Pools = Quick with { Max = 4 } });
        var source = await host.CreateAsync(spec: new SandboxSpec { Mounts = [new Mount("/a", "/b", ReadOnly: true)] });
        var snapshot = await source.SnapshotAsync(new SnapshotRequest("mine"), Token);
        var first = await host.CreateAsync(spec: new SandboxSpec { Template = "mine" });
        await FillAsync(host, 2);
        var second = await host.CreateAsync(spec: new SandboxSpec { Template = snapshot.Id });
        Assert.Equal((1, 1), (Only(host).Claims, Only(host).Misses));
        Assert.Equal(snapshot.Layer, second.Info.Layer);
        Assert.Single(host.Wall.Roots[second.Info.Id.Value].Captured);
        await FillAsync(host, 2);

        await first.KillAsync(Token);
        await second.KillAsync(Token);
        Assert.True(await host.Engine.Snapshots.DeleteAsync("t", snapshot.Id, Token));
        Assert.Empty(host.Engine.Pools);
        Assert.Equal([source.Info.Id.Value], host.Wall.Host.Keys);
        Assert.Empty(Directory.GetFiles(Path.Combine(host.Root, "layers")));
    }

    [Fact]
    public async Task Forks_are_not_expected_again()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { Pools = Quick with { Max = 4 } });
        var source = await host.CreateAsync(spec: new SandboxSpec { Mounts = [new Mount("/a", "/b", ReadOnly: true)] });
        await source.ForkAsync(new ForkRequest(3, null), Token);
        Assert.Empty(host.Engine.Pools);
    }

    [Fact]
    public async Task A_start_that_fails_is_tried_again_later_and_leaves_nothing()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { Pools = Quick with { Bounds = [new PoolBounds("base", 1)] } });
        var (failing, failures) = (true, 0);
        host.Wall.OnConfigure = _ =>
        {
            if (!Volatile.Read(ref failing))
                return Task.CompletedTask;
            Interlocked.Increment(ref failures);
            throw new CaissonException(ErrorCode.Internal, "no");
        };
        await PassAsync(host, () => Volatile.Read(ref failures) >= 2);
        await EngineHarness.EventuallyAsync(() => host.Wall.Host.IsEmpty && host.Directories().Length == 0);
        Volatile.Write(ref failing, false);
        await FillAsync(host, 1);
    }

    [Fact]
    public async Task The_end_of_the_server_leaves_nothing_that_is_nobodys()
    {
        await using var host = await StartAsync(ready: 3);
        var kept = await host.CreateAsync();
        await host.Engine.DisposeAsync();
        Assert.Equal([kept.Info.Id.Value], host.Wall.Host.Keys);
        Assert.Single(host.Directories());
        await host.StartEngineAsync();
        Assert.Equal([kept.Info.Id], host.Engine.All.Select(one => one.Info.Id));
    }

    [Fact]
    public async Task Without_pools_nothing_is_started_ahead()
    {
        await using var host = await EngineHarness.StartAsync();
        var sandbox = await host.CreateAsync();
        for (var i = 0; i < 20; i++)
            host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([sandbox.Info.Id.Value], host.Wall.Host.Keys);
        Assert.Empty(host.Engine.Pools);
    }

    private static PoolOptions Quick => new() { Max = 100, Starts = 1 };

    private static async Task<EngineHarness> StartAsync(int ready, Func<EngineOptions, EngineOptions>? change = null)
    {
        var host = await EngineHarness.StartAsync(options =>
        {
            options = options with { Pools = Quick with { Bounds = [new PoolBounds("base", ready, ready)] } };
            return change?.Invoke(options) ?? options;
        });
        await FillAsync(host, ready);
        return host;
    }

    private static PoolInfo Only(EngineHarness host) => Assert.Single(host.Engine.Pools);

    private static Task FillAsync(EngineHarness host, int count) =>
        PassAsync(host, () => host.Engine.Pools.Count > 0 && host.Engine.Pools[0] is { Starting: 0 } pool && pool.Ready == count);

    private static Task PassAsync(EngineHarness host, Func<bool> condition, TimeSpan? step = null) => EngineHarness.EventuallyAsync(() =>
    {
        if (condition())
            return true;
        host.Time.Advance(step ?? TimeSpan.FromMilliseconds(50));
        return condition();
    });
}

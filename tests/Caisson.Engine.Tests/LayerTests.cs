using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Xunit;

namespace Caisson.Engine.Tests;

/// <summary>Layers whose bytes changed at rest.</summary>
public sealed class LayerTests
{
    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_layer_that_was_corrupted_at_rest_is_named_and_nothing_starts_on_it()
    {
        await using var host = await StartAsync();
        var (running, snapshot) = await RestartedAsync(host);
        File.WriteAllText(Layer(host), "rotten");
        var refused = await EngineHarness.FailsAsync(ErrorCode.Conflict, () => From(host, snapshot.Id));
        Assert.Equal(FailureKind.Infrastructure, refused.Kind);
        Assert.Contains(snapshot.Layer, refused.Message, StringComparison.Ordinal);
        Assert.Contains("again", refused.Remedy, StringComparison.Ordinal);
        Assert.Equal(SandboxState.Running, running.Info.State);
        Assert.Single(host.Wall.Host);
        Assert.Single(host.Directories());
        Assert.Equal(1, host.Engine.Admitted);
        await host.CreateAsync();
        await running.KillAsync(Token);
    }

    [Fact]
    public async Task A_layer_whose_file_is_gone_is_named()
    {
        await using var host = await StartAsync();
        var (_, snapshot) = await RestartedAsync(host);
        File.Delete(Layer(host));
        var refused = await EngineHarness.FailsAsync(ErrorCode.Conflict, () => From(host, snapshot.Id));
        Assert.Contains(snapshot.Layer, refused.Message, StringComparison.Ordinal);
        Assert.Contains("gone", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_content_made_again_heals_a_corrupted_layer()
    {
        await using var host = await StartAsync();
        var (running, snapshot) = await RestartedAsync(host);
        File.WriteAllText(Layer(host), "rotten");
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => From(host, snapshot.Id));
        var again = await running.SnapshotAsync(new SnapshotRequest(), Token);
        Assert.Equal(snapshot.Layer, again.Layer);
        await From(host, snapshot.Id);
        Assert.True(await host.Engine.Snapshots.DeleteAsync("t", again.Id, Token));
        Assert.Equal("files", File.ReadAllText(Layer(host)));
    }

    [Fact]
    public async Task A_layer_is_read_once_until_its_file_changes()
    {
        var reads = 0;
        await using var host = await StartAsync();
        var (_, snapshot) = await RestartedAsync(host, path =>
        {
            Interlocked.Increment(ref reads);
            return File.ReadAllText(path);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => From(host, snapshot.Id)));
        Assert.Equal(1, reads);
        File.SetLastWriteTimeUtc(Layer(host), DateTime.UnixEpoch);
        await From(host, snapshot.Id);
        Assert.Equal(2, reads);
    }

    private static Task<EngineHarness> StartAsync() => EngineHarness.StartAsync(options => options with { DigestLayer = File.ReadAllText });

    // The server that comes after knows nothing of what its layers hold.
    private static async Task<(ISandbox Running, SnapshotInfo Snapshot)> RestartedAsync(EngineHarness host, Func<string, string>? digest = null)
    {
        var source = await host.CreateAsync();
        var snapshot = await source.SnapshotAsync(new SnapshotRequest(), Token);
        await host.Engine.DisposeAsync();
        await host.StartEngineAsync(options => options with { DigestLayer = digest ?? File.ReadAllText });
        return (host.Engine.Get(source.Info.Tenant, source.Info.Id.Value), snapshot);
    }

    private static Task<ISandbox> From(EngineHarness host, string template) => host.CreateAsync(spec: new SandboxSpec { Template = template });

    private static string Layer(EngineHarness host) => Assert.Single(Directory.GetFiles(Path.Combine(host.Root, "layers")));
}

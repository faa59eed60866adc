using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Snapshots;
using Xunit;

namespace Caisson.Store.Tests;

public sealed class SnapshotTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Layers_and_snapshots_come_back_as_they_were()
    {
        using var file = new TemporaryFile();
        var layer = new LayerRecord("address", null, "base", "wall", 1L << 40);
        var upon = new LayerRecord("upon", "address", "base", "wall", 7);
        var named = new SnapshotInfo("one", "t", "name", "v1", SandboxId.New(), "wall", "address", 7, new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero))
        {
            Resources = new Resources { Cpus = 0.5, Pids = 7 },
        };
        var plain = named with { Id = "two", Name = null, Tag = "default", CreatedAt = named.CreatedAt.AddTicks(1) };
        await using (var store = await SqliteStore.OpenAsync(file.Path, Token))
        {
            await store.SaveLayerAsync(layer, Token);
            await store.SaveLayerAsync(upon, Token);
            await store.SaveSnapshotAsync(named with { Layer = "before" }, Token);
            await store.SaveSnapshotAsync(named, Token);
            await store.SaveSnapshotAsync(plain, Token);
        }

        await using var again = await SqliteStore.OpenAsync(file.Path, Token);
        Assert.Equal([layer, upon], await again.LoadLayersAsync(Token));
        Assert.Equal([named, plain], await again.LoadSnapshotsAsync(Token));
        await again.DeleteLayerAsync("upon", Token);
        await again.DeleteSnapshotAsync("one", Token);
        Assert.Equal([layer], await again.LoadLayersAsync(Token));
        Assert.Equal([plain], await again.LoadSnapshotsAsync(Token));
    }

    [Fact]
    public async Task A_paused_sandbox_on_a_layer_comes_back_as_it_was()
    {
        using var file = new TemporaryFile();
        var paused = Samples.Full() with { State = SandboxState.Paused, PausedAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero), Layer = "address" };
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        await store.SaveSandboxAsync(paused, Token);
        var found = Assert.Single(await store.LoadSandboxesAsync(Token));
        Assert.Equal((paused.State, paused.PausedAt, paused.Layer), (found.State, found.PausedAt, found.Layer));
    }
}

using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Xunit;

namespace Caisson.Store.Tests;

public sealed class SandboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_of_a_sandbox_comes_back_after_a_reopening()
    {
        using var file = new TemporaryFile();
        var full = Samples.Full();
        var bare = new SandboxInfo(SandboxId.New(), "t", new SandboxSpec(), "w", SandboxState.Running, Samples.Start, null, "a", null);
        await using (var store = await SqliteStore.OpenAsync(file.Path, Token))
        {
            await store.SaveSandboxAsync(full, Token);
            await store.SaveSandboxAsync(bare, Token);
        }

        await using var again = await SqliteStore.OpenAsync(file.Path, Token);
        var loaded = await again.LoadSandboxesAsync(Token);
        Assert.Equal([Samples.Json(bare), Samples.Json(full)], loaded.Select(Samples.Json));
        Assert.Equal(full.Spec.Egress.Allow, loaded[1].Spec.Egress.Allow);
        Assert.Equal(full.StartedAt, loaded[1].StartedAt);
    }

    [Fact]
    public async Task Memory_on_disk_comes_back_and_is_forgotten()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        foreach (var memory in (MemoryOnDisk?[])[new MemoryOnDisk(1L << 40, 3, Whole: false), new MemoryOnDisk(7, 0, Whole: true), null])
        {
            var info = Samples.Full() with { State = SandboxState.Paused, Memory = memory };
            await store.SaveSandboxAsync(info, Token);
            Assert.Equal(memory, Assert.Single(await store.LoadSandboxesAsync(Token)).Memory);
            await store.DeleteSandboxAsync(info.Id, Token);
        }
    }

    [Fact]
    public async Task Saving_again_replaces_and_deleting_forgets()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        var info = Samples.Full();
        await store.SaveSandboxAsync(info, Token);
        await store.SaveSandboxAsync(info with { EndsAt = null }, Token);
        Assert.Null(Assert.Single(await store.LoadSandboxesAsync(Token)).EndsAt);
        await store.DeleteSandboxAsync(info.Id, Token);
        await store.DeleteSandboxAsync(info.Id, Token);
        Assert.Empty(await store.LoadSandboxesAsync(Token));
    }

    [Fact]
    public void A_spec_written_before_a_property_existed_gets_its_default()
    {
        var spec = SpecColumn.Read("""{"egress":{"deny":["*"]},"resources":{"pids":7}}""");
        Assert.Equal("base", spec.Template);
        Assert.True(spec.Egress.DenyFirst);
        Assert.NotNull(spec.Egress.Allow);
        Assert.Equal(7, spec.Resources.Pids);
        Assert.Equal(new Resources().MemoryBytes, spec.Resources.MemoryBytes);
        Assert.True(spec.Ingress.Public);
        Assert.Empty(spec.Mounts);
    }

    [Fact]
    public async Task Many_writers_and_readers_at_once_lose_nothing()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token }, async (index, cancellation) =>
        {
            await store.SaveSandboxAsync(Samples.Full(), cancellation);
            if (index % 10 == 0)
                await store.LoadSandboxesAsync(cancellation);
        });
        Assert.Equal(300, (await store.LoadSandboxesAsync(Token)).Count);
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.SaveSandboxAsync(Samples.Full(), new CancellationToken(canceled: true)));
        Assert.Empty(await store.LoadSandboxesAsync(Token));
    }
}

using Caisson.Core.Volumes;
using Caisson.Engine.Secrets;
using Caisson.Engine.Volumes;
using Xunit;

namespace Caisson.Store.Tests;

public sealed class VolumeAndSecretTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Volumes_come_back_and_are_forgotten()
    {
        using var file = new TemporaryFile();
        var volume = new VolumeInfo("abcdefghij0123456789", "t", "name", new VolumeQuota(1L << 34, 77), "token", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using (var store = await SqliteStore.OpenAsync(file.Path, Token))
            await store.SaveVolumeAsync(volume, Token);
        await using var again = await SqliteStore.OpenAsync(file.Path, Token);
        Assert.Equal(volume, Assert.Single(await again.LoadVolumesAsync(Token)));
        await again.DeleteVolumeAsync(volume.Id, Token);
        Assert.Empty(await again.LoadVolumesAsync(Token));
    }

    [Fact]
    public async Task Secrets_are_written_all_or_none_and_come_back_sealed()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var one = new SecretRecord(new SecretInfo("sec_1", "t", "one", 1, new Dictionary<string, string> { ["a"] = "b" }, at, at), "key", [1, 2, 3]);
        await store.SaveSecretsAsync([one], Token);
        var two = one with { Info = one.Info with { Id = "sec_2", Name = "two" }, KeyId = null! };
        await Assert.ThrowsAnyAsync<Exception>(() => store.SaveSecretsAsync([one with { Sealed = [9] }, two], Token));
        var loaded = Assert.Single(await store.LoadSecretsAsync(Token));
        Assert.Equal([1, 2, 3], loaded.Sealed);
        Assert.Equal(("b", at), (loaded.Info.Metadata["a"], loaded.Info.UpdatedAt));
        await store.DeleteSecretAsync("sec_1", Token);
        Assert.Empty(await store.LoadSecretsAsync(Token));
    }
}

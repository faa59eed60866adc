using Caisson.Core.Failures;
using Xunit;

namespace Caisson.Store.Tests;

public sealed class KeyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_found_by_its_hash_until_it_is_deleted()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        await store.SaveKeyAsync(Samples.Key(), Token);
        var found = await store.FindKeyAsync("hash", Token);
        Assert.NotNull(found);
        Assert.Equal(["read", "exec"], found.Scopes);
        Assert.Equal(Samples.Key() with { Scopes = found.Scopes }, found);
        Assert.Null(await store.FindKeyAsync("other", Token));
        Assert.Single(await store.ListKeysAsync(Token));
        Assert.True(await store.DeleteKeyAsync("key", Token));
        Assert.False(await store.DeleteKeyAsync("key", Token));
        Assert.Null(await store.FindKeyAsync("hash", Token));
    }

    [Fact]
    public async Task One_key_cannot_be_stored_under_two_ids()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        await store.SaveKeyAsync(Samples.Key(), Token);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => store.SaveKeyAsync(Samples.Key("second"), Token));
        Assert.Equal(ErrorCode.AlreadyExists, failure.Code);
        Assert.DoesNotContain("hash", failure.Message, StringComparison.Ordinal);
    }
}

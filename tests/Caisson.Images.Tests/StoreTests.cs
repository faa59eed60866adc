using System.Text;
using Caisson.Core.Failures;
using Caisson.Images.Store;
using Xunit;
using static Caisson.Images.Tests.TestImage;

namespace Caisson.Images.Tests;

public sealed class StoreTests
{
    private static readonly Func<string, bool> _unused = _ => false;

    [Fact]
    public async Task One_image_is_kept_once_however_it_came()
    {
        using var harness = new StoreHarness();
        var image = new TestImage().Add(File("x", "x"));
        var first = await harness.ImportAsync(image.Layout(), "one");
        Assert.Equal(image.Id, first.Id);
        var second = await harness.ImportAsync(image.Saved("app:1"), "two:v2");
        Assert.Equal(first, second);
        Assert.Equal(await harness.ImportAsync(Gzip(image.Layout()), "three"), first);
        Assert.Single(harness.Folders());
        Assert.Equal(["one:default", "three:default", "two:v2"], harness.Store.List().Select(one => $"{one.Name}:{one.Tag}"));
        Assert.Equal(first, harness.Store.Find("two:v2"));
        Assert.Equal(first, harness.Store.Find("one"));
        Assert.Equal(first, harness.Store.Find(image.Id));
        Assert.Null(harness.Store.Find("two"));
    }

    [Fact]
    public async Task Defaults_are_told()
    {
        using var harness = new StoreHarness();
        var defaults = (await harness.ImportAsync(new TestImage().Add(File("x", "x")).Layout())).Defaults;
        Assert.Equal("C.UTF-8", defaults.Environment["LANG"]);
        Assert.Equal(("app", "/srv"), (defaults.User, defaults.WorkingDirectory));
        Assert.Equal(["/bin/serve"], defaults.StartCommand);
    }

    [Fact]
    public async Task What_is_imported_is_there_after_a_restart_and_what_is_half_made_is_not()
    {
        using var harness = new StoreHarness();
        var image = await harness.ImportAsync(new TestImage().Add(File("x", "x")).Layout(), "kept:v1");
        Directory.CreateDirectory(Path.Combine(harness.Folder, ".making-123", "image", "root"));
        harness.Reopen();
        Assert.Equal(image.Id, harness.Store.Find("kept:v1")?.Id);
        Assert.Single(harness.Folders());
    }

    [Fact]
    public async Task Files_go_with_the_last_name_unless_something_stands_on_them()
    {
        using var harness = new StoreHarness();
        var cancellation = TestContext.Current.CancellationToken;
        var archive = new TestImage().Add(File("x", "x")).Layout();
        var image = await harness.ImportAsync(archive, "a");
        await harness.ImportAsync(archive, "b");
        Assert.True(await harness.Store.RemoveAsync(ImageName.Parse("a"), _unused, cancellation));
        Assert.Single(harness.Folders());
        Assert.True(await harness.Store.RemoveAsync(ImageName.Parse("b"), id => id == image.Id, cancellation));
        Assert.Single(harness.Folders());
        Assert.NotNull(harness.Store.Find(image.Id));
        harness.Store.Sweep(_unused);
        Assert.Empty(harness.Folders());
        Assert.False(await harness.Store.RemoveAsync(ImageName.Parse("b"), _unused, cancellation));
    }

    [Fact]
    public async Task A_blob_that_is_not_what_its_address_says_is_refused()
    {
        using var harness = new StoreHarness();
        var files = new TestImage().Add(File("x", "x")).Files();
        var layer = files.Keys.Last(name => name.StartsWith("blobs/", StringComparison.Ordinal));
        files[layer] = [.. files[layer][..^1], (byte)(files[layer][^1] ^ 1)];
        var refused = await Assert.ThrowsAsync<CaissonException>(() => harness.ImportAsync(Tar([.. files.Select(file => File(file.Key, "")).Zip(files, (entry, file) =>
        {
            entry.DataStream = new MemoryStream(file.Value);
            return entry;
        })])));
        Assert.Contains("corrupted", refused.Message, StringComparison.Ordinal);
        Assert.Empty(harness.Folders());
    }

    [Fact]
    public async Task A_layer_whose_content_is_not_what_the_configuration_says_is_refused()
    {
        using var harness = new StoreHarness();
        var image = new TestImage().AddTar(Tar(File("x", "x")), Gzip, stated: Address([1]));
        var refused = await Assert.ThrowsAsync<CaissonException>(() => harness.ImportAsync(image.Layout()));
        Assert.Contains("corrupted", refused.Message, StringComparison.Ordinal);
        Assert.Empty(harness.Folders());
    }

    [Fact]
    public async Task Images_for_other_machines_and_archives_of_several_are_told_apart()
    {
        using var harness = new StoreHarness();
        var other = await Assert.ThrowsAsync<CaissonException>(() => harness.ImportAsync(new TestImage { Architecture = "arm64" }.Add(File("x", "x")).Layout()));
        Assert.Equal(ErrorCode.Unsupported, other.Code);
        var named = new TestImage().Add(File("x", "x"));
        var wrong = await Assert.ThrowsAsync<CaissonException>(() => harness.ImportAsync(named.Layout("app:1"), reference: "app:2"));
        Assert.Contains("app:1", wrong.Remedy, StringComparison.Ordinal);
        Assert.Equal(named.Id, (await harness.ImportAsync(named.Layout("app:1"), reference: "app:1")).Id);
    }

    [Theory, InlineData(""), InlineData("Upper"), InlineData("a:b:c"), InlineData("../x"), InlineData("a/b"), InlineData(".a"), InlineData("a:")]
    public void Names_that_cannot_be_are_refused(string name) => Assert.Throws<CaissonException>(() => ImageName.Parse(name));

    [Fact]
    public async Task Many_imports_of_one_image_at_once_come_to_one()
    {
        using var harness = new StoreHarness();
        var archive = new TestImage().Add(File("x", Encoding.ASCII.GetString(new byte[100_000]))).Layout();
        var images = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => harness.ImportAsync(archive, $"n{i}")));
        Assert.Single(images.Select(image => image.Id).Distinct(StringComparer.Ordinal));
        Assert.Single(harness.Folders());
        Assert.Equal(6, harness.Store.List().Count);
    }
}

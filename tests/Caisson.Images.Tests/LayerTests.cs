using Xunit;
using static Caisson.Images.Tests.TestImage;

namespace Caisson.Images.Tests;

public sealed class LayerTests
{
    private const UnixFileMode SetUser = (UnixFileMode)0x9ED;

    [Fact]
    public async Task Later_layers_add_replace_and_take_away()
    {
        using var harness = new StoreHarness();
        var root = await harness.RootAsync(new TestImage()
            .Add(Folder("a"), File("a/one", "1"), File("a/two", "2"), Folder("b"), File("b/old", "old"), File("c", "file"), Folder("d"), File("d/x", "x"))
            .Add(File("a/.wh.one", ""), File("b/new", "new"), File("b/.wh..wh..opq", ""), Folder("c"), File("c/inside", "i"), File(".wh.d", "")));
        Assert.False(Path.Exists($"{root}/a/one"));
        Assert.Equal("2", await System.IO.File.ReadAllTextAsync($"{root}/a/two", TestContext.Current.CancellationToken));
        Assert.Equal(["new"], Directory.GetFileSystemEntries($"{root}/b").Select(Path.GetFileName));
        Assert.True(System.IO.File.Exists($"{root}/c/inside"));
        Assert.False(Path.Exists($"{root}/d"));
    }

    [Fact]
    public async Task Set_id_bits_go_and_other_modes_stay()
    {
        using var harness = new StoreHarness();
        var root = await harness.RootAsync(new TestImage().Add(File("su", "x", SetUser, user: 7), HardLink("su2", "su"), Link("l", "/etc/shadow"), File("big", "y", user: 70_000)));
        Assert.Equal((UnixFileMode)0x1ED, System.IO.File.GetUnixFileMode($"{root}/su"));
        Assert.Equal("x", await System.IO.File.ReadAllTextAsync($"{root}/su2", TestContext.Current.CancellationToken));
        Assert.Equal("/etc/shadow", new FileInfo($"{root}/l").LinkTarget);
    }

    [Theory, InlineData("zstd"), InlineData("none")]
    public async Task Layers_may_be_compressed_otherwise(string how)
    {
        using var harness = new StoreHarness();
        var root = await harness.RootAsync(new TestImage().AddTar(Tar(File("x", "content")), how == "zstd" ? Zstd : plain => plain));
        Assert.Equal("content", await System.IO.File.ReadAllTextAsync($"{root}/x", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_an_image_lacks_is_added()
    {
        using var harness = new StoreHarness();
        var root = await harness.RootAsync(new TestImage().Add(File("bin/sh", "#!"), File("etc/passwd", "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n"), Link("tmp", "/etc"), Link("dev", "/etc")));
        Assert.Contains("user:x:1000:1000:user:/home/user:", await System.IO.File.ReadAllTextAsync($"{root}/etc/passwd", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("exec /bin/sh", await System.IO.File.ReadAllTextAsync($"{root}/bin/bash", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.All((string[])["dev", "proc", "sys", ".caisson", "usr/bin", "home/user"], path => Assert.True(new DirectoryInfo($"{root}/{path}") is { Exists: true, LinkTarget: null }, path));
        Assert.Contains("nameserver 127.0.0.1", await System.IO.File.ReadAllTextAsync($"{root}/etc/resolv.conf", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}

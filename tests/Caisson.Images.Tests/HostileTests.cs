using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Caisson.Core.Failures;
using Xunit;
using static Caisson.Images.Tests.TestImage;

namespace Caisson.Images.Tests;

/// <summary>Archives that mean harm: each is refused or contained, and nothing is left.</summary>
public sealed class HostileTests
{
    [Theory, InlineData("../escape"), InlineData("a/../../escape"), InlineData("/a/../../escape")]
    public async Task Paths_that_lead_upward_are_refused(string name)
    {
        using var harness = new StoreHarness();
        await RefusedAsync(harness, new TestImage().Add(File(name, "x")), ErrorCode.InvalidArgument, "upward");
        Assert.Empty(harness.Outside());
    }

    [Fact]
    public async Task Links_never_lead_a_write_outside()
    {
        using var harness = new StoreHarness();
        var target = Path.Combine(Path.GetDirectoryName(harness.Folder)!, "victim");
        Directory.CreateDirectory(target);
        var root = await harness.RootAsync(new TestImage()
            .Add(Link("abs", target), Link("up", "../../../../victim"), Folder("lib"))
            .Add(File("abs/x", "x"), File("up/y", "y"), File("lib/z", "z")));
        Assert.Empty(Directory.GetFileSystemEntries(target));
        Assert.True(System.IO.File.Exists($"{root}/lib/z"));
        // A link that leads nowhere within the image gives way to a directory.
        Assert.True(System.IO.File.Exists($"{root}/abs/x"));
        Assert.Null(new DirectoryInfo($"{root}/up").LinkTarget);
    }

    [Fact]
    public async Task A_link_within_the_image_is_followed_within_it()
    {
        using var harness = new StoreHarness();
        var root = await harness.RootAsync(new TestImage().Add(Folder("usr"), Folder("usr/lib"), Link("lib", "/usr/lib"), Link("deep", "../../../usr/lib")).Add(File("lib/x", "x"), File("deep/y", "y")));
        Assert.Equal(["x", "y"], Directory.GetFiles($"{root}/usr/lib").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("/usr/lib", new DirectoryInfo($"{root}/lib").LinkTarget);
    }

    [Fact]
    public async Task A_link_is_replaced_and_not_written_through()
    {
        using var harness = new StoreHarness();
        var victim = Path.Combine(Path.GetDirectoryName(harness.Folder)!, "victim");
        await System.IO.File.WriteAllTextAsync(victim, "before", TestContext.Current.CancellationToken);
        var root = await harness.RootAsync(new TestImage().Add(Link("f", victim)).Add(File("f", "after"), Link("etc/passwd", victim), Link("etc/resolv.conf", victim)));
        Assert.Equal("before", await System.IO.File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
        Assert.Equal("after", await System.IO.File.ReadAllTextAsync($"{root}/f", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_hard_link_reaches_only_the_image_itself()
    {
        using var harness = new StoreHarness();
        await RefusedAsync(harness, new TestImage().Add(Link("out", "/etc"), HardLink("shadow", "out/shadow")), ErrorCode.InvalidArgument, "link shadow");
        await RefusedAsync(harness, new TestImage().Add(HardLink("shadow", "../../etc/shadow")), ErrorCode.InvalidArgument, "upward");
    }

    [Fact]
    public async Task Devices_and_pipes_are_left_out()
    {
        using var harness = new StoreHarness();
        var root = await harness.RootAsync(new TestImage().Add(
            new PaxTarEntry(TarEntryType.CharacterDevice, "mem") { DeviceMajor = 1, DeviceMinor = 1 }, new PaxTarEntry(TarEntryType.Fifo, "pipe"), File("x", "x")));
        Assert.False(Path.Exists($"{root}/mem"));
        Assert.False(Path.Exists($"{root}/pipe"));
    }

    [Fact]
    public async Task A_layer_that_unpacks_to_too_much_is_refused()
    {
        using var harness = new StoreHarness(new ImportLimits { RootBytes = 1 << 20, Entries = 100 });
        var bomb = Tar(new PaxTarEntry(TarEntryType.RegularFile, "zeros") { DataStream = new MemoryStream(new byte[8 << 20]) });
        await RefusedAsync(harness, new TestImage().AddTar(bomb, Gzip), ErrorCode.ResourceExhausted, "more than 1048576 bytes");
        await RefusedAsync(harness, new TestImage().Add([.. Enumerable.Range(0, 200).Select(i => File($"f{i}", ""))]), ErrorCode.ResourceExhausted, "more than 100 files");
    }

    [Fact]
    public async Task An_archive_that_is_too_large_is_refused_before_it_is_kept()
    {
        using var harness = new StoreHarness(new ImportLimits { ArchiveBytes = 1 << 20 });
        using var stream = new MemoryStream();
        await using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Tar(new PaxTarEntry(TarEntryType.RegularFile, $"blobs/sha256/{new string('0', 64)}") { DataStream = new MemoryStream(new byte[4 << 20]) }));
        var refused = await Assert.ThrowsAsync<CaissonException>(() => harness.ImportAsync(stream.ToArray()));
        Assert.Equal(ErrorCode.ResourceExhausted, refused.Code);
        Assert.Empty(harness.Folders());
    }

    [Fact]
    public async Task A_header_cannot_make_us_take_memory()
    {
        using var harness = new StoreHarness();
        var header = new byte[1024];
        Encoding.ASCII.GetBytes("x", header);
        "77777777777"u8.CopyTo(header.AsSpan(124));
        header[156] = (byte)'x';
        "        "u8.CopyTo(header.AsSpan(148));
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ", header.AsSpan(148));
        await RefusedAsync(harness, new TestImage().AddTar(header, Gzip), ErrorCode.InvalidArgument, "longer than 1 MiB");
    }

    [Fact]
    public async Task What_is_nested_too_deep_is_refused()
    {
        using var harness = new StoreHarness();
        await RefusedAsync(harness, new TestImage().Add(File(string.Join('/', Enumerable.Repeat("d", 200)), "x")), ErrorCode.InvalidArgument, "deep");
        var deep = string.Join('/', Enumerable.Repeat("d", 100));
        await RefusedAsync(harness, new TestImage().Add(Folder(deep), Link("l", deep)).Add(File($"l/{string.Join('/', Enumerable.Repeat("e", 100))}", "x")), ErrorCode.InvalidArgument, "deep");
    }

    [Fact]
    public async Task Noise_is_refused()
    {
        using var harness = new StoreHarness();
        var noise = new byte[100_000];
        new Random(7).NextBytes(noise);
        foreach (var archive in (byte[][])[noise, [], Gzip(noise), [0x28, 0xb5, 0x2f, 0xfd, .. noise], Tar(File("readme", "x"))])
        {
            var refused = await Assert.ThrowsAsync<CaissonException>(() => harness.ImportAsync(archive));
            Assert.Equal(ErrorCode.InvalidArgument, refused.Code);
        }

        await RefusedAsync(harness, new TestImage().AddTar(noise, Gzip), ErrorCode.InvalidArgument, "cannot be unpacked");
    }

    private static async Task RefusedAsync(StoreHarness harness, TestImage image, ErrorCode code, string message)
    {
        var refused = await Assert.ThrowsAsync<CaissonException>(() => harness.ImportAsync(image.Layout()));
        Assert.Equal(code, refused.Code);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Empty(harness.Folders());
        Assert.Empty(harness.Store.List());
    }
}

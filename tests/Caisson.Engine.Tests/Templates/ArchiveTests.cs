using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Engine.Templates.Copies;
using Xunit;

namespace Caisson.Engine.Tests.Templates;

public sealed class ArchiveTests
{
    private static readonly ArchiveLimits _limits = new(100, 1 << 20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.V7)]
    public async Task Every_format_is_read(TarEntryFormat format)
    {
        var name = format is TarEntryFormat.Pax or TarEntryFormat.Gnu ? $"dir/{new string('n', 150)}-ä" : "dir/name";
        var archive = Tar(format, ("dir/", TarEntryType.Directory, ""), (name, format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile, "content"));
        var items = await ReadAsync(archive);
        Assert.Equal(["dir", name], items.Select(item => item.Item.Path));
        Assert.Equal("content", items[1].Content);
        Assert.Equal(TarEntryKind.Directory, items[0].Item.Kind);
    }

    [Fact]
    public async Task Compressed_ones_are_read_too()
    {
        var plain = Tar(TarEntryFormat.Pax, ("a", TarEntryType.RegularFile, "x"));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(plain, Token);
        Assert.Equal("x", Assert.Single(await ReadAsync(packed.ToArray())).Content);
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("/a")]
    public Task Paths_that_lead_out_are_refused(string path) => RefusedAsync(Tar(TarEntryFormat.Pax, (path, TarEntryType.RegularFile, "")));

    [Theory]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    public Task Devices_and_pipes_are_refused(TarEntryType type) => RefusedAsync(Tar(TarEntryFormat.Pax, ("a", type, "")));

    [Fact]
    public async Task What_unpacks_to_too_much_is_refused_before_it_is_read()
    {
        var zeros = Tar(TarEntryFormat.Pax, ("a", TarEntryType.RegularFile, new string('0', 2 << 20)));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(zeros, Token);
        await RefusedAsync(packed.ToArray());
        await RefusedAsync(Tar(TarEntryFormat.Pax, [.. Enumerable.Range(0, 200).Select(i => ($"f{i}", TarEntryType.RegularFile, ""))]));
    }

    [Fact]
    public async Task Damaged_ones_are_refused()
    {
        var archive = Tar(TarEntryFormat.Pax, ("a", TarEntryType.RegularFile, new string('x', 5000)));
        await RefusedAsync(archive[..2000]);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var broken = (byte[])archive.Clone();
            for (var hit = 0; hit < 4; hit++)
                broken[random.Next(1500)] = (byte)random.Next(256);
            try
            {
                _ = await ReadAsync(broken);
            }
            catch (CaissonException failure)
            {
                Assert.Equal(ErrorCode.InvalidArgument, failure.Code);
            }
        }
    }

    [Theory]
    [InlineData("app", "app/deep/x", "app", "deep/x")]
    [InlineData("app/", "app", "app", "")]
    [InlineData("./app", "apple", null, null)]
    [InlineData(".", "a/b", "", "a/b")]
    [InlineData("*.txt", "a.txt", "a.txt", "")]
    [InlineData("*.txt", "d/a.txt", null, null)]
    [InlineData("d/*", "d/e/f", "d/e", "f")]
    [InlineData("**/*.c", "a/b/c.c", "a/b/c.c", "")]
    [InlineData("[ab]?.{x,y}", "a1.y", "a1.y", "")]
    public void Patterns_mean_what_they_say(string source, string path, string? match, string? below) =>
        Assert.Equal(match is null ? null : (match, below!), new CopyPattern(source).Of(path));

    [Theory]
    [InlineData("/etc")]
    [InlineData("../x")]
    [InlineData("")]
    public void Sources_outside_the_context_are_refused(string source) => Assert.Throws<CaissonException>(() => new CopyPattern(source));

    private static async Task RefusedAsync(byte[] archive) =>
        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<CaissonException>(() => ReadAsync(archive))).Code);

    private static async Task<List<(TarItem Item, string Content)>> ReadAsync(byte[] archive)
    {
        var items = new List<(TarItem, string)>();
        await using var reader = await HostileArchive.OpenAsync(new MemoryStream(archive), _limits, Token);
        while (await reader.NextAsync(Token) is { } item)
        {
            var content = new byte[item.Size];
            for (int read = 0, count; read < content.Length && (count = await reader.ReadAsync(content.AsMemory(read), Token)) > 0; read += count)
            {
            }

            items.Add((item, Encoding.UTF8.GetString(content)));
        }

        return items;
    }

    private static byte[] Tar(TarEntryFormat format, params (string Path, TarEntryType Type, string Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
        {
            foreach (var (path, type, content) in entries)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Gnu => new GnuTarEntry(type, path),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, path),
                    TarEntryFormat.V7 => new V7TarEntry(type, path),
                    _ => new PaxTarEntry(type, path),
                };
                if (content.Length > 0)
                    entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }
}

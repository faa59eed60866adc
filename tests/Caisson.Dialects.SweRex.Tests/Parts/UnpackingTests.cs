using System.IO.Compression;
using Caisson.Dialects.SweRex.Files;
using Caisson.Dialects.SweRex.Http;

namespace Caisson.Dialects.SweRex.Tests.Parts;

/// <summary>What an archive may hold, whatever it says of itself.</summary>
public sealed class UnpackingTests
{
    private static readonly SweRexOptions _small = new() { UnpackedBytes = 10_000, UnpackedEntries = 5 };
    private readonly FilesInMemory _files = new();

    [Fact]
    public async Task Files_are_written_where_they_belong()
    {
        Assert.Equal(2, await RunAsync(("a", 10), ("b/", 0), ("b/c", 9_990)));
        Assert.Equal(new Dictionary<string, long> { ["/to/a"] = 10, ["/to/b/c"] = 9_990 }, _files.Written);
        Assert.Equal(["/to", "/to/b"], _files.Directories);
    }

    [Fact]
    public async Task A_bomb_is_cut_off()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => RunAsync(("a", 9_000), ("b", 1_001)));
        Assert.Equal(413, refused.Status);
        Assert.Equal(["/to/a"], _files.Written.Keys);
    }

    [Fact]
    public async Task Too_many_entries_are_refused_before_any_is_written()
    {
        Assert.Equal(413, (await Assert.ThrowsAsync<RefusedException>(() => RunAsync([.. Enumerable.Range(0, 6).Select(n => ($"{n}", 1))]))).Status);
        Assert.Empty(_files.Written);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a/b/", true)]
    [InlineData("./a", true)]
    [InlineData("a..b/..c", true)]
    [InlineData("..", false)]
    [InlineData("a/..", false)]
    [InlineData("/a", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\0b", false)]
    [InlineData("", false)]
    public void Names_stay_below_or_not(string name, bool stays) => Assert.Equal(stays, Unpacking.IsBelow(name));

    private async Task<int> RunAsync(params (string Name, int Length)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, length) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(new byte[length]);
            }
        }

        return await new Unpacking(_files, "root", _small).RunAsync(bytes, "/to", TestContext.Current.CancellationToken);
    }
}

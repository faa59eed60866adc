using System.Diagnostics;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Volumes;
using Caisson.Linux.Volumes;

namespace Caisson.Linux.Tests.Volumes;

/// <summary>A real volume: an image, a loop device, a mount.</summary>
public sealed class VolumeFilesTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("caisson-volume-").FullName;
    private readonly HostVolumes _host = new();
    private IMountedVolume? _volume;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IVolumeFiles Files => _volume!.Files;

    private string Image => Path.Combine(_root, "disk.ext4");

    private string Place => Path.Combine(_root, "mount");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Host.IsRoot, "mounting needs root");
        await _host.FormatAsync(Image, new VolumeQuota(32 << 20, 500), Token);
        _volume = await _host.MountAsync(Image, Place, Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_volume is not null)
            await _volume.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task What_is_written_is_read_described_listed_moved_and_removed()
    {
        await Files.MakeDirectoryAsync("a/b", new VolumeAttributes(), parents: true, Token);
        var written = await WriteAsync("/a/b/f", "text");
        Assert.Equal(("/a/b/f", VolumeEntryType.File, 4L, 0x1A4, 1000u), (written.Path, written.Type, written.Size, written.Mode, written.User));
        Assert.Equal("text", await ReadAsync("a//b/./x/../f"));
        Assert.Equal(["/a", "/a/b", "/a/b/f"], (await Files.ListAsync("/", 3, Token)).Select(entry => entry.Path));
        await FailsAsync(ErrorCode.AlreadyExists, () => WriteAsync("/a/b/f", "again", replace: false));
        await Files.MoveAsync("/a/b/f", "/g", replace: false, Token);
        Assert.Equal("text", await ReadAsync("/g"));
        await FailsAsync(ErrorCode.NotFound, () => Files.MoveAsync("/none", "/h", replace: false, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Files.MoveAsync("/a", "/a/b/c", replace: false, Token));
        await Files.RemoveAsync("/a", Token);
        Assert.Equal(["/g"], (await Files.ListAsync("/", 3, Token)).Select(entry => entry.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Place, "beside")));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../../../../etc")]
    [InlineData("/proc/self/root/etc")]
    [InlineData("..")]
    public async Task A_link_that_leads_out_leads_nowhere(string target)
    {
        File.CreateSymbolicLink(Path.Combine(_volume!.Root, "out"), target);
        foreach (var call in (Func<Task>[])[
            () => ReadAsync("/out/hostname"), () => WriteAsync("/out/x", "x"), () => Files.ListAsync("/out", 1, Token), () => Files.RemoveAsync("/out/hostname", Token),
            () => Files.MakeDirectoryAsync("/out/d", new VolumeAttributes(), parents: true, Token), () => Files.MoveAsync("/out/hostname", "/h", replace: true, Token)])
        {
            await FailsAsync(ErrorCode.InvalidArgument, call);
        }

        Assert.Equal((VolumeEntryType.Symlink, target), ((await Files.StatAsync("/out", Token)).Type, (await Files.StatAsync("/out", Token)).Target));
        await WriteAsync("/out", "a file in the link's place");
        Assert.Equal("a file in the link's place", await ReadAsync("/out"));
        Assert.False(Path.Exists("/etc/x") || Path.Exists("/etc/d"));
    }

    [Fact]
    public async Task Renames_and_links_raced_against_calls_never_let_one_out()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_root, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "f"), "outside", Token);
        Directory.CreateDirectory(Path.Combine(_volume!.Root, "good"));
        await File.WriteAllTextAsync(Path.Combine(_volume.Root, "good", "f"), "inside", Token);
        using var racer = Process.Start(new ProcessStartInfo("timeout", ["20", "python3", "-c", $"""
            import os
            os.chdir('{_volume.Root}')
            while True:
                os.symlink('{outside}', 'n'); os.rename('n', 'd')
                os.symlink('good', 'n'); os.rename('n', 'd')
                os.symlink('../../outside', 'n'); os.rename('n', 'd')
                os.rename('good', 'm'); os.rename('m', 'good')
            """]) { UseShellExecute = false })!;
        var (inside, refused) = (0, 0);
        for (var end = Environment.TickCount64 + 4000; Environment.TickCount64 < end;)
        {
            foreach (var call in (Func<Task<string>>[])[
                () => ReadAsync("/d/f"), async () => (await WriteAsync("/d/x", "x")).Path, async () => (await Files.ListAsync("/d", 1, Token)).Count > 2 ? "outside" : "listed",
                async () => { await Files.RemoveAsync("/d/x", Token); return "removed"; }])
            {
                try
                {
                    Assert.NotEqual("outside", await call());
                    inside++;
                }
                catch (CaissonException e) when (e.Code is ErrorCode.InvalidArgument or ErrorCode.NotFound or ErrorCode.Conflict)
                {
                    refused++;
                }
            }
        }

        racer.Kill(entireProcessTree: true);
        await racer.WaitForExitAsync(Token);
        Assert.True(inside > 0 && refused > 0, $"{inside} inside, {refused} refused");
        Assert.Equal(["f"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_quota_holds_and_a_full_volume_can_be_emptied()
    {
        await FailsAsync(ErrorCode.ResourceExhausted, () => Files.WriteAsync("/big", new MemoryStream(new byte[40 << 20]), new VolumeAttributes(), replace: true, Token));
        Assert.Empty(await Files.ListAsync("/", 1, Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Place, "beside")));
        var made = 0;
        await FailsAsync(ErrorCode.ResourceExhausted, async () =>
        {
            for (; made < 2000; made++)
                await Files.MakeDirectoryAsync($"/t/{made}", new VolumeAttributes(), parents: true, Token);
        });
        Assert.InRange(made, 400, 1000);
        await Files.RemoveAsync("/t", Token);
        Assert.Empty(await Files.ListAsync("/", 1, Token));
    }

    [Fact]
    public async Task It_is_one_file_system_however_often_it_is_mounted_and_a_sweep_takes_every_mount()
    {
        var again = await _host.MountAsync(Image, Path.Combine(_root, "second"), Token);
        await WriteAsync("/f", "one");
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(again.Root, "f"), Token));
        _host.Sweep(_root);
        Assert.DoesNotContain(_root, await File.ReadAllTextAsync("/proc/self/mountinfo", Token), StringComparison.Ordinal);
        await again.DisposeAsync();
        await _volume!.DisposeAsync();
        _volume = await _host.MountAsync(Image, Place, Token);
        Assert.Equal("one", await ReadAsync("/f"));
    }

    private static async Task FailsAsync(ErrorCode code, Func<Task> call) => Assert.Equal(code, (await Assert.ThrowsAsync<CaissonException>(call)).Code);

    private Task<VolumeEntry> WriteAsync(string path, string text, bool replace = true) =>
        Files.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)), new VolumeAttributes(), replace, Token);

    private async Task<string> ReadAsync(string path)
    {
        using var reader = new StreamReader(await Files.ReadAsync(path, Token));
        return await reader.ReadToEndAsync(Token);
    }
}

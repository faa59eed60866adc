using System.Diagnostics;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Images.Sources;
using Caisson.Images.Sources.Registry;
using Caisson.Images.Store;
using Xunit;
using static Caisson.Images.Tests.TestImage;

namespace Caisson.Images.Tests;

public sealed class SourceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_layout_directory_and_an_archive_come_to_the_same_image()
    {
        using var harness = new StoreHarness();
        var image = new TestImage().Add(File("x", "x"));
        var folder = Path.Combine(harness.Folder, "..", "layout");
        foreach (var (name, content) in image.Files())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, name), content, Cancellation);
        }

        await System.IO.File.WriteAllBytesAsync($"{folder}.tar", image.Layout(), Cancellation);
        Assert.Equal(image.Id, (await FetchAsync(harness, folder)).Id);
        Assert.Equal(image.Id, (await FetchAsync(harness, $"{folder}.tar")).Id);
    }

    [Fact]
    public async Task A_registry_on_loopback_gives_images_by_tag_and_by_address()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        using var harness = new StoreHarness();
        await using var registry = await LocalRegistry.StartAsync(locked: false, Cancellation);
        var image = new TestImage().Add(File("x", "x")).Add(File("y", "y"));
        var files = image.Files();
        await registry.PushAsync("team/app", "v1", files, Cancellation);
        var plain = new RegistryAccess { PlainHttp = true };
        Assert.Equal(image.Id, (await FetchAsync(harness, $"docker://{registry.Host}/team/app:v1", plain)).Id);
        var manifest = files.Single(file => Encoding.UTF8.GetString(file.Value).Contains("\"layers\":", StringComparison.Ordinal)).Key.Split('/')[^1];
        Assert.Equal(image.Id, (await FetchAsync(harness, $"docker://{registry.Host}/team/app@sha256:{manifest}", plain)).Id);
        var missing = await Assert.ThrowsAsync<CaissonException>(() => FetchAsync(harness, $"docker://{registry.Host}/team/app:v2", plain));
        Assert.Equal(ErrorCode.NotFound, missing.Code);
    }

    [Fact]
    public async Task A_registry_that_asks_for_credentials_gets_those_of_the_docker_configuration()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        using var harness = new StoreHarness();
        await using var registry = await LocalRegistry.StartAsync(locked: true, Cancellation);
        var image = new TestImage().Add(File("x", "x"));
        await registry.PushAsync("app", "latest", image.Files(), Cancellation);
        var source = $"docker://{registry.Host}/app";
        var refused = await Assert.ThrowsAsync<CaissonException>(() => FetchAsync(harness, source, new RegistryAccess { PlainHttp = true }));
        Assert.Equal(ErrorCode.PermissionDenied, refused.Code);
        var configuration = Path.Combine(registry.Folder, "config.json");
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{LocalRegistry.User}:{LocalRegistry.Password}"));
        await System.IO.File.WriteAllTextAsync(configuration, "{\"auths\":{\"" + registry.Host + "\":{\"auth\":\"" + secret + "\"}}}", Cancellation);
        Assert.Equal(image.Id, (await FetchAsync(harness, source, new RegistryAccess { PlainHttp = true, DockerConfiguration = configuration })).Id);
        var wrong = new RegistryAccess { PlainHttp = true, Credentials = new RegistryCredentials(LocalRegistry.User, "guess") };
        var denied = await Assert.ThrowsAsync<CaissonException>(() => FetchAsync(harness, source, wrong));
        Assert.DoesNotContain("guess", denied.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("guess", wrong.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_registry_changed_is_found_out()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        using var harness = new StoreHarness();
        await using var registry = await LocalRegistry.StartAsync(locked: false, Cancellation);
        var image = new TestImage().Add(File("x", new string('x', 5000)));
        await registry.PushAsync("app", "latest", image.Files(), Cancellation);
        foreach (var data in Directory.EnumerateFiles(registry.Folder, "data", SearchOption.AllDirectories).Where(path => new FileInfo(path).Length is > 100 and < 400 && !System.IO.File.ReadAllText(path).StartsWith('{')))
        {
            var bytes = await System.IO.File.ReadAllBytesAsync(data, Cancellation);
            bytes[^9] ^= 1;
            await System.IO.File.WriteAllBytesAsync(data, bytes, Cancellation);
        }

        var refused = await Assert.ThrowsAsync<CaissonException>(() => FetchAsync(harness, $"docker://{registry.Host}/app", new RegistryAccess { PlainHttp = true }));
        Assert.Contains("corrupted", refused.Message, StringComparison.Ordinal);
        Assert.Empty(harness.Folders());
    }

    [Theory, InlineData("ubuntu"), InlineData("library/ubuntu:22.04"), InlineData("host.example/UPPER"), InlineData("host.example/a@sha256:12"), InlineData("host.example/"), InlineData("host.example/a/../b")]
    public void A_reference_must_say_everything(string text) => Assert.Throws<CaissonException>(() => RegistryReference.Parse(text));

    [Fact]
    public async Task Plain_http_is_for_loopback_only()
    {
        using var harness = new StoreHarness();
        var refused = await Assert.ThrowsAsync<CaissonException>(() => FetchAsync(harness, "docker://203.0.113.7:5000/app", new RegistryAccess { PlainHttp = true }));
        Assert.Equal(ErrorCode.InvalidArgument, refused.Code);
    }

    [Fact]
    public async Task The_docker_daemon_gives_its_images()
    {
        var host = Environment.GetEnvironmentVariable("DOCKER_HOST");
        Assert.SkipUnless(host is not null && System.IO.File.Exists("/usr/bin/docker"), "no Docker daemon was started for the tests (DOCKER_HOST)");
        using var harness = new StoreHarness();
        var name = $"caisson-test-{Guid.NewGuid():N}"[..30];
        var tar = Path.Combine(harness.Folder, "..", "root.tar");
        await System.IO.File.WriteAllBytesAsync(tar, Tar(Folder("etc"), File("etc/motd", "from docker")), Cancellation);
        await DockerAsync("import", "--change", "ENV GREETING=hello", tar, $"{name}:v1");
        try
        {
            var image = await FetchAsync(harness, $"docker-daemon:{name}:v1");
            Assert.Equal("hello", image.Defaults.Environment["GREETING"]);
            Assert.Equal("from docker", await System.IO.File.ReadAllTextAsync(Path.Combine(harness.Store.RootOf(image), "etc/motd"), Cancellation));
            var saved = Path.Combine(harness.Folder, "..", "saved.tar");
            await DockerAsync("save", "-o", saved, $"{name}:v1");
            Assert.Equal(image.Id, (await FetchAsync(harness, saved)).Id);
            var missing = await Assert.ThrowsAsync<CaissonException>(() => FetchAsync(harness, "docker-daemon:no-such-image"));
            Assert.Equal(ErrorCode.NotFound, missing.Code);
        }
        finally
        {
            await DockerAsync("rmi", $"{name}:v1");
        }
    }

    private static async Task<ImportedImage> FetchAsync(StoreHarness harness, string source, RegistryAccess? access = null)
    {
        using var archive = new MemoryStream();
        await ImageSources.Open(source, access ?? new RegistryAccess()).WriteAsync(archive, Cancellation);
        archive.Position = 0;
        return await harness.Store.ImportAsync(archive, ImageName.Parse("fetched"), null, Cancellation);
    }

    private static async Task DockerAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/docker", arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, error);
    }
}

using Caisson.Client;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Images.Tests;
using static Caisson.Images.Tests.TestImage;

namespace Caisson.Backends.Conformance.Tests;

/// <summary>Imported images as templates, on walls of each kind.</summary>
public sealed class ImageTests(Walls walls)
{
    private const UnixFileMode Program = (UnixFileMode)0x1ED;

    public static TheoryData<string> Kinds => ["bubblewrap", "docker", "runc"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_sandbox_runs_what_is_in_an_image(string wall)
    {
        await RequireAsync(wall);
        var image = await ImportAsync("busy", "first");
        await using var box = await CreateAsync(wall, "busy");
        Assert.Equal(image.Id, box.Description.Template);
        var told = await box.ExecAsync("id -un; id -u; cat /etc/motd; echo; touch /here && echo written; ls -d /.caisson /proc/self >/dev/null && echo whole");
        Assert.Equal("user\n1000\nfirst", string.Join('\n', told.Stdout.Split('\n').Take(3)));
        var root = await box.ExecAsync(new ExecRequest { Command = "/bin/bash", Arguments = ["-l", "-c", "id -u; touch /here && cat /etc/resolv.conf"], User = "root" });
        Assert.Contains("nameserver 127.0.0.1", root.Stdout, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_name_may_pass_to_another_image_under_a_running_sandbox(string wall)
    {
        await RequireAsync(wall);
        await ImportAsync("moving", "before");
        await using var box = await CreateAsync(wall, "moving");
        await ImportAsync("moving", "after");
        await walls.Client.Images.RemoveAsync("moving", CancellationToken.None);
        Assert.Equal("before", (await box.ExecAsync("cat /etc/motd")).Stdout);
        var gone = await Assert.ThrowsAsync<CaissonException>(() => CreateAsync(wall, "moving"));
        Assert.Equal(ErrorCode.NotFound, gone.Code);
    }

    [Fact]
    public async Task Headers_are_set_on_requests_of_an_image_without_authorities()
    {
        await RequireAsync("bubblewrap");
        await ImportAsync("bare", "bare");
        var egress = new EgressPolicy { Allow = [EgressRule.Parse("api.example")], Transforms = [new HeaderTransform("api.example", new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Key"] = "k" })] };
        await using var box = await walls.Client.CreateAsync(new SandboxSpec { Template = "bare", Wall = "bubblewrap", Egress = egress, Lifecycle = new Lifecycle { Timeout = TimeSpan.FromMinutes(5) } });
        Assert.Contains("BEGIN CERTIFICATE", (await box.ExecAsync("cat /etc/ssl/certs/ca-certificates.crt")).Stdout, StringComparison.Ordinal);
    }

    private Task<RemoteSandbox> CreateAsync(string wall, string template) =>
        walls.Client.CreateAsync(new SandboxSpec { Template = template, Wall = wall, Lifecycle = new Lifecycle { Timeout = TimeSpan.FromMinutes(5) } });

    private async Task<RemoteImage> ImportAsync(string name, string message)
    {
        const string Static = "/bin/busybox";
        Assert.SkipUnless(System.IO.File.Exists(Static), "busybox-static is not installed");
        var busybox = new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "bin/busybox") { Mode = Program, DataStream = new MemoryStream(await System.IO.File.ReadAllBytesAsync(Static)) };
        var image = new TestImage().Add([Folder("bin", Program), busybox, .. ((string[])["sh", "id", "cat", "touch", "ls", "mv"]).Select(applet => Link($"bin/{applet}", "busybox")), Folder("etc", Program), File("etc/motd", message, Program)]);
        return await walls.Client.Images.ImportAsync(name, (target, cancellation) => target.WriteAsync(image.Layout(), cancellation).AsTask());
    }

    private async Task RequireAsync(string wall)
    {
        var missing = await walls.MissingAsync(wall);
        Assert.SkipWhen(missing is not null, missing ?? "");
    }
}

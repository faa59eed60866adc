using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Core.Volumes;
using Xunit;

namespace Caisson.Engine.Tests.Volumes;

public sealed class VolumeTests
{
    private static readonly TimeSpan _past = TimeSpan.FromSeconds(6);

    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_volume_is_mounted_once_while_sandboxes_have_it_and_a_moment_longer()
    {
        await using var host = await EngineHarness.StartAsync();
        var volume = await host.Volumes.CreateAsync("t", "shared", null, Token);
        Assert.Empty(host.Host.Mounted);
        var spec = new SandboxSpec { Volumes = [new VolumeMount("shared", "/data"), new VolumeMount(volume.Id, "/again", ReadOnly: true)] };
        var one = await host.CreateAsync(spec: spec);
        var two = await host.CreateAsync(spec: spec);
        Assert.Single(host.Host.Mounted);
        var mounts = host.Wall.Requests[one.Info.Id.Value].Spec.Mounts;
        Assert.Equal([("/data", false, true), ("/again", true, true)], mounts.Select(mount => (mount.Target, mount.ReadOnly, mount.IsVolume)));
        Assert.Empty(one.Info.Spec.Mounts);

        await one.KillAsync(Token);
        host.Time.Advance(_past);
        await Task.Delay(50, Token);
        Assert.Single(host.Host.Mounted);
        await two.KillAsync(Token);
        Assert.Single(host.Host.Mounted);
        host.Time.Advance(_past);
        await EngineHarness.EventuallyAsync(() => host.Host.Mounted.IsEmpty);
        Assert.True(await host.Volumes.DeleteAsync("t", volume.Id, Token));
        Assert.Empty(Directory.GetDirectories(Path.Combine(host.Root, "volumes")));
    }

    [Fact]
    public async Task One_in_use_is_not_removed_and_one_of_another_tenant_does_not_exist()
    {
        await using var host = await EngineHarness.StartAsync();
        var volume = await host.Volumes.CreateAsync("t", "v", null, Token);
        Assert.False(await host.Volumes.DeleteAsync("other", volume.Id, Token));
        Assert.Null(host.Volumes.Find("other", "v"));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => host.CreateAsync(spec: new SandboxSpec { Volumes = [new VolumeMount("v", "/d")] }, tenant: "other"));
        var sandbox = await host.CreateAsync(spec: new SandboxSpec { Volumes = [new VolumeMount("v", "/d")] });
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => host.Volumes.DeleteAsync("t", volume.Id, Token));
        await sandbox.PauseAsync(false, Token);
        host.Time.Advance(_past);
        await EngineHarness.EventuallyAsync(() => host.Host.Mounted.IsEmpty);
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => host.Volumes.DeleteAsync("t", volume.Id, Token));
        await sandbox.ResumeAsync(null, true, Token);
        Assert.Single(host.Host.Mounted);
        await sandbox.KillAsync(Token);
        Assert.True(await host.Volumes.DeleteAsync("t", volume.Id, Token));
        Assert.False(await host.Volumes.DeleteAsync("t", volume.Id, Token));
    }

    [Fact]
    public async Task A_start_that_fails_gives_its_volumes_back()
    {
        await using var host = await EngineHarness.StartAsync();
        var volume = await host.Volumes.CreateAsync("t", "v", null, Token);
        host.Wall.OnStart = (_, _) => throw new CaissonException(ErrorCode.Unavailable, "no");
        await EngineHarness.FailsAsync(ErrorCode.Unavailable, () => host.CreateAsync(spec: new SandboxSpec { Volumes = [new VolumeMount("v", "/d")] }));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => host.CreateAsync(spec: new SandboxSpec { Volumes = [new VolumeMount("v", "/d"), new VolumeMount("none", "/e")] }));
        host.Host.MountFails = new CaissonException(ErrorCode.Internal, "no loop device");
        host.Time.Advance(_past);
        await EngineHarness.EventuallyAsync(() => host.Host.Mounted.IsEmpty);
        await EngineHarness.FailsAsync(ErrorCode.Internal, () => host.CreateAsync(spec: new SandboxSpec { Volumes = [new VolumeMount("v", "/d")] }));
        Assert.True(await host.Volumes.DeleteAsync("t", volume.Id, Token));
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task After_a_restart_they_are_known_swept_and_mounted_again_where_a_sandbox_has_one()
    {
        await using var host = await EngineHarness.StartAsync();
        var volume = await host.Volumes.CreateAsync("t", "v", new VolumeQuota(32 << 20, 100), Token);
        var sandbox = await host.CreateAsync(spec: new SandboxSpec { Volumes = [new VolumeMount("v", "/d")] });
        await host.Engine.DisposeAsync();
        Directory.CreateDirectory(Path.Combine(host.Root, "volumes", "half.new"));
        await host.StartEngineAsync();
        Assert.Equal(2, host.Host.Swept.Count);
        Assert.Equal(volume, host.Volumes.Find("t", "v"));
        Assert.Single(host.Host.Mounted);
        Assert.Single(Directory.GetDirectories(Path.Combine(host.Root, "volumes")));
        await EngineHarness.FailsAsync(ErrorCode.Conflict, () => host.Volumes.DeleteAsync("t", volume.Id, Token));
        await host.Engine.Get("t", sandbox.Info.Id.Value).KillAsync(Token);
        Assert.True(await host.Volumes.DeleteAsync("t", volume.Id, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await using var host = await EngineHarness.StartAsync();
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.Volumes.CreateAsync("t", name, null, Token));
    }

    [Theory]
    [InlineData(1 << 20, 100)]
    [InlineData(32 << 20, 1)]
    [InlineData(16 << 20, 1 << 20)]
    public async Task A_quota_that_cannot_be_is_refused(long bytes, int files)
    {
        await using var host = await EngineHarness.StartAsync();
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.Volumes.CreateAsync("t", "v", new VolumeQuota(bytes, files), Token));
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("/")]
    [InlineData("/a/")]
    [InlineData("/a//b")]
    [InlineData("/a/../b")]
    [InlineData("/proc")]
    [InlineData("/dev/shm")]
    [InlineData("/.caisson")]
    [InlineData("/usr/bin")]
    public async Task A_place_that_is_none_is_refused(string path)
    {
        await using var host = await EngineHarness.StartAsync();
        await host.Volumes.CreateAsync("t", "v", null, Token);
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.CreateAsync(spec: new SandboxSpec { Volumes = [new VolumeMount("v", path)] }));
    }

    [Fact]
    public async Task The_token_of_one_is_not_that_of_another()
    {
        await using var host = await EngineHarness.StartAsync();
        var (one, two) = (await host.Volumes.CreateAsync("t", "one", null, Token), await host.Volumes.CreateAsync("t", "two", null, Token));
        Assert.Equal(one, host.Volumes.FindByToken(one.Id, one.Token));
        Assert.Null(host.Volumes.FindByToken(one.Id, two.Token));
        Assert.Null(host.Volumes.FindByToken(one.Id, ""));
        Assert.Null(host.Volumes.FindByToken("none", one.Token));
    }
}

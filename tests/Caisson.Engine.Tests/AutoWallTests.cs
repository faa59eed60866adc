using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class AutoWallTests
{
    [Fact]
    public async Task Without_a_default_the_rules_choose_among_the_walls_that_can_start()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { DefaultWall = null });
        host.Second.Strength = WallStrength.UserKernel;
        Assert.Equal("second", (await host.CreateAsync()).Info.Wall);
        Assert.Equal("fake", (await host.CreateAsync(spec: new SandboxSpec { Wall = "fake" })).Info.Wall);
    }

    [Fact]
    public async Task Auto_in_a_spec_goes_over_the_default_and_never_to_a_wall_that_cannot_start()
    {
        await using var host = await EngineHarness.StartAsync();
        host.Second.Strength = WallStrength.UserKernel;
        host.Second.Report = new BackendReport(false, [new HostCheck("program", HostCheckState.Missing, "not there", "Install it.")]);
        Assert.Equal("fake", (await host.CreateAsync(spec: new SandboxSpec { Wall = "auto" })).Info.Wall);
        host.Second.Report = new BackendReport(true, []);
        host.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("second", (await host.CreateAsync(spec: new SandboxSpec { Wall = "auto" })).Info.Wall);
    }

    [Fact]
    public async Task A_caller_cannot_name_a_wall_that_the_operators_word_forbids()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { Workload = new Workload { Tenancy = Tenancy.Multi } });
        host.Second.Strength = WallStrength.Machine;
        foreach (var name in new[] { null, "fake" })
            Assert.Contains("shared-kernel-tenants", (await EngineHarness.FailsAsync(ErrorCode.PermissionDenied, () => host.CreateAsync(spec: new SandboxSpec { Wall = name }))).Message, StringComparison.Ordinal);
        host.AssertNothingLeft();
        Assert.Equal("second", (await host.CreateAsync(spec: new SandboxSpec { Wall = "second" })).Info.Wall);
    }

    [Fact]
    public async Task Hostile_code_is_refused_where_every_wall_shares_the_hosts_kernel()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { DefaultWall = null, Workload = new Workload { Trust = Trust.Hostile } });
        var refusal = await EngineHarness.FailsAsync(ErrorCode.Unsupported, () => host.CreateAsync());
        Assert.Contains("fake: one bug of the host's kernel would be enough for hostile code (shared-kernel-hostile)", refusal.Message, StringComparison.Ordinal);
        host.AssertNothingLeft();
    }
}

using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class CreateTests
{
    [Fact]
    public async Task A_sandbox_is_saved_configured_and_running_when_create_answers()
    {
        await using var host = await EngineHarness.StartAsync();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "b" };
        var sandbox = await host.CreateAsync(TimeSpan.FromMinutes(1), new SandboxSpec { Environment = environment, Ingress = new IngressPolicy { Public = false } });
        var info = sandbox.Info;
        Assert.Equal(SandboxState.Running, info.State);
        Assert.Equal(("fake", "t"), (info.Wall, info.Tenant));
        Assert.Equal((32, 32), (info.AccessToken.Length, info.TrafficToken!.Length));
        Assert.Equal(info.StartedAt + TimeSpan.FromMinutes(1), info.EndsAt);
        Assert.Equal(info, host.Store.Saved[info.Id]);
        var configuration = host.Inside(sandbox).Inside.Configuration!;
        Assert.Equal(("user", environment), (configuration.DefaultUser, configuration.Environment));
        Assert.Same(sandbox, host.Engine.Get("t", info.Id.Value));
        Assert.Equal(["starting", "running"], sandbox.ReadTimeline(0, 10).OfType<LifecycleEvent>().Select(entry => entry.State));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => Task.FromResult(host.Engine.Get("somebody else", info.Id.Value)));
    }

    [Fact]
    public async Task Bad_requests_are_refused_in_words()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { MaxTimeout = TimeSpan.FromHours(1) });
        host.Second.Report = new BackendReport(false, [new HostCheck("kvm", HostCheckState.Missing, "no /dev/kvm", "Load the kvm module.")]);
        var minute = TimeSpan.FromMinutes(1);
        Assert.Contains("'nope'", (await EngineHarness.FailsAsync(ErrorCode.NotFound, () => host.CreateAsync(minute, new SandboxSpec { Template = "nope" }))).Message, StringComparison.Ordinal);
        Assert.Contains("fake, second", (await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.CreateAsync(minute, new SandboxSpec { Wall = "nope" }))).Message, StringComparison.Ordinal);
        Assert.Equal("Load the kvm module.", (await EngineHarness.FailsAsync(ErrorCode.Unsupported, () => host.CreateAsync(minute, new SandboxSpec { Wall = "second" }))).Remedy);
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.CreateAsync(TimeSpan.Zero));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.CreateAsync(TimeSpan.FromHours(2)));
        await EngineHarness.FailsAsync(ErrorCode.InvalidArgument, () => host.CreateAsync());
        host.AssertNothingLeft();
        host.Second.Report = new BackendReport(true, []);
        host.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("second", (await host.CreateAsync(minute, new SandboxSpec { Wall = "second" })).Info.Wall);
    }

    [Fact]
    public async Task The_admission_limit_holds_and_frees()
    {
        await using var host = await EngineHarness.StartAsync(options => options with { MaxSandboxes = 2 });
        var first = await host.CreateAsync();
        await host.CreateAsync();
        await EngineHarness.FailsAsync(ErrorCode.ResourceExhausted, () => host.CreateAsync());
        await first.KillAsync(EngineHarness.Token);
        await host.CreateAsync();
    }

    [Theory]
    [InlineData("start")]
    [InlineData("configure")]
    [InlineData("save")]
    public async Task A_failed_creation_leaves_nothing(string where)
    {
        await using var host = await EngineHarness.StartAsync();
        if (where == "start")
            host.Wall.OnStart = (_, _) => throw new IOException("no space");
        if (where == "configure")
            host.Wall.OnConfigure = _ => throw new CaissonException(ErrorCode.Unavailable, "no guest");
        if (where == "save")
            host.Store.OnSave = _ => throw new IOException("disk");
        var failure = await Assert.ThrowsAsync<CaissonException>(() => host.CreateAsync());
        Assert.Equal(where == "configure" ? ErrorCode.Unavailable : ErrorCode.Internal, failure.Code);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task A_creation_can_be_cancelled_and_is_given_up_when_it_takes_too_long()
    {
        await using var host = await EngineHarness.StartAsync();
        var begun = new TaskCompletionSource();
        host.Wall.OnStart = (_, cancellation) =>
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancellation);
        };
        using var cancel = new CancellationTokenSource();
        var creation = host.CreateAsync(cancellation: cancel.Token);
        await begun.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creation);
        host.AssertNothingLeft();

        begun = new TaskCompletionSource();
        var late = host.CreateAsync();
        await begun.Task;
        host.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(FailureKind.Infrastructure, (await EngineHarness.FailsAsync(ErrorCode.DeadlineExceeded, () => late)).Kind);
        host.AssertNothingLeft();
    }
}

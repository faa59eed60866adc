using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates.Builds;
using Xunit;

namespace Caisson.Engine.Tests.Templates;

/// <summary>Templates whose start command is up in every new sandbox, for the one in which it was tried was copied with its processes.</summary>
public sealed class StartedTests
{
    private const string Copied = "files with processes of files";

    private static readonly TemplateRecipe _recipe = new() { From = "base", Steps = [new RunStep(["one"])], StartCommand = "serve" };

    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_sandbox_goes_on_with_what_was_started_in_the_build()
    {
        await using var host = await StartHostAsync();
        await using var templates = await host.StartTemplatesAsync();
        var build = await templates.BuildAsync(_recipe);
        Assert.NotNull(build.Started);
        var sandbox = await CreateAsync(host, new Resources());
        Assert.Equal(Copied, host.Inside(sandbox).Content);
        Assert.Equal((build.Layer, "serve"), (sandbox.Info.Layer, sandbox.Info.Defaults.StartCommand));
        Assert.Single(host.Wall.Roots[sandbox.Info.Id.Value].Captured);
    }

    [Fact]
    public async Task Within_other_bounds_it_is_started_anew()
    {
        await using var host = await StartHostAsync();
        await using var templates = await host.StartTemplatesAsync();
        _ = await templates.BuildAsync(_recipe);
        var sandbox = await CreateAsync(host, new Resources { Cpus = 2 });
        Assert.Null(host.Wall.Requests[sandbox.Info.Id.Value].Copy);
        Assert.Equal("files", host.Inside(sandbox).Content);
    }

    [Theory]
    [InlineData(ErrorCode.Unsupported)]
    [InlineData(ErrorCode.Internal)]
    public async Task A_copy_that_is_of_no_use_any_more_is_passed_over(ErrorCode why)
    {
        await using var host = await StartHostAsync();
        await using var templates = await host.StartTemplatesAsync();
        _ = await templates.BuildAsync(_recipe);
        host.Wall.OnStart = (request, _) => request.Copy is null ? Task.CompletedTask : throw new CaissonException(why, "another monitor");
        var sandbox = await CreateAsync(host, new Resources());
        Assert.Null(host.Wall.Requests[sandbox.Info.Id.Value].Copy);
        Assert.Contains(sandbox.ReadTimeline(0, 100).OfType<LifecycleEvent>(), entry => entry.Reason.Contains("started anew", StringComparison.Ordinal) && entry.Reason.Contains("another monitor", StringComparison.Ordinal));
        await sandbox.KillAsync(Token);
        Assert.Empty(host.Wall.Host);
    }

    [Fact]
    public async Task A_host_without_room_is_told_and_nothing_is_left()
    {
        await using var host = await StartHostAsync();
        await using var templates = await host.StartTemplatesAsync();
        _ = await templates.BuildAsync(_recipe);
        host.Wall.OnStart = (request, _) => throw new CaissonException(ErrorCode.Unavailable, "no room");
        await EngineHarness.FailsAsync(ErrorCode.Unavailable, () => CreateAsync(host, new Resources()));
        Assert.Empty(host.Wall.Host);
        Assert.Empty(host.Directories());
    }

    [Fact]
    public async Task It_is_remembered_kept_by_the_next_server_and_goes_with_the_template()
    {
        await using var host = await StartHostAsync();
        string? started;
        await using (var templates = await host.StartTemplatesAsync())
        {
            started = (await templates.BuildAsync(_recipe)).Started;
            var starts = host.Wall.Roots.Count;
            Assert.Equal((started, starts), ((await templates.BuildAsync(_recipe)).Started, host.Wall.Roots.Count));
        }

        await host.Engine.DisposeAsync();
        await host.StartEngineAsync();
        await using var next = await host.StartTemplatesAsync();
        Assert.Equal(Copied, host.Inside(await CreateAsync(host, new Resources())).Content);
        await Task.WhenAll(host.Engine.All.Select(sandbox => sandbox.KillAsync(Token)));
        Assert.True(await next.DeleteAsync("t", "name", Token));
        Assert.Contains(started!, host.Store.Layers.Keys);
        await host.Engine.Parts.Templates.Steps.ClearAsync(Token);
        Assert.Empty(host.Store.Layers);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Root, "layers")));
    }

    [Fact]
    public async Task Where_nothing_lives_on_or_the_wall_copies_no_processes_it_is_started_in_each()
    {
        await using var host = await StartHostAsync();
        await using var templates = await host.StartTemplatesAsync();
        host.Wall.OnConfigure = null;
        Assert.Null((await templates.BuildAsync(_recipe)).Started);
        host.Wall.Checkpoints = false;
        Assert.Null((await templates.BuildAsync(_recipe with { StartCommand = "other" })).Started);
        var sandbox = await CreateAsync(host, new Resources());
        Assert.Null(host.Wall.Requests[sandbox.Info.Id.Value].Copy);
    }

    private static Task<ISandbox> CreateAsync(EngineHarness host, Resources resources) =>
        host.Engine.CreateAsync("t", new SandboxSpec { Template = "name", Resources = resources }, Token);

    private static async Task<EngineHarness> StartHostAsync()
    {
        var host = await EngineHarness.StartAsync();
        host.Wall.Checkpoints = true;
        host.Wall.OnConfigure = sandbox =>
        {
            sandbox.HasProcesses = true;
            return Task.CompletedTask;
        };
        return host;
    }
}

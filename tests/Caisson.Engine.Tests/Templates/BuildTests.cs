using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates;
using Caisson.Engine.Templates.Builds;
using Xunit;

namespace Caisson.Engine.Tests.Templates;

public sealed class BuildTests
{
    private static readonly TemplateRecipe _recipe = new() { From = "base", Steps = [new RunStep(["one"]), new EnvironmentStep([KeyValuePair.Create("A", "1")]), new RunStep(["two"])] };

    private static CancellationToken Token => EngineHarness.Token;

    [Fact]
    public async Task A_build_becomes_a_template_and_is_remembered_step_by_step()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var templates = await harness.StartTemplatesAsync();
        var first = await templates.BuildAsync(_recipe);
        Assert.Equal(TemplateBuildState.Ready, first.State);
        Assert.Empty(harness.Wall.Host);
        var starts = harness.Wall.Roots.Count;
        var second = await templates.BuildAsync(_recipe);
        Assert.Equal((first.Layer, starts), (second.Layer, harness.Wall.Roots.Count));
        Assert.Equal(2, templates.ReadLog("t", second.Id, 0, 100).Count(entry => entry.Message.StartsWith("CACHED", StringComparison.Ordinal)));

        var sandbox = await harness.CreateAsync(spec: new SandboxSpec { Template = "name", Environment = new Dictionary<string, string> { ["B"] = "2" } });
        Assert.Equal("1", sandbox.Info.Defaults.Environment["A"]);
        Assert.Equal(["A", "B"], harness.Inside(sandbox).Inside.Configuration!.Environment.Keys.Order());
        Assert.Equal(first.Layer, sandbox.Info.Layer);
    }

    [Fact]
    public async Task A_step_that_fails_is_named_and_nothing_is_left()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var templates = await harness.StartTemplatesAsync();
        harness.Wall.OnConfigure = sandbox =>
        {
            sandbox.Inside.Script = [new ExecExited(9, null, false, false, 0)];
            return Task.CompletedTask;
        };
        var build = await templates.BuildAsync(_recipe);
        Assert.Equal((TemplateBuildState.Failed, "1", "failed to run command 'one': exit status 9"), (build.State, build.FailedStep, build.Message));
        Assert.Empty(harness.Wall.Host);
        Assert.Empty(harness.Store.Layers);
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => harness.CreateAsync(spec: new SandboxSpec { Template = "name" }));
    }

    [Fact]
    public async Task What_stands_on_nothing_known_fails_at_its_base()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var templates = await harness.StartTemplatesAsync();
        var build = await templates.BuildAsync(_recipe with { From = "python:3" });
        Assert.Equal("base", build.FailedStep);
        Assert.Contains("caisson template import python:3", build.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_was_under_way_has_failed_after_a_restart()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (template, build) = (new TemplateInfo("aaaaaaaaaaaaaaaaaaaa", "t", "name", false, default, default, []), new TemplateBuild("b", "aaaaaaaaaaaaaaaaaaaa", "t", ["default"], new Resources(), default));
        harness.Kept.Templates[template.Id] = template;
        harness.Kept.Builds[build.Id] = build with { State = TemplateBuildState.Building };
        await harness.Engine.DisposeAsync();
        await harness.StartEngineAsync();
        await using var templates = await harness.StartTemplatesAsync();
        var found = templates.GetBuild("t", "b");
        Assert.Equal(TemplateBuildState.Failed, found.State);
        Assert.Contains("the server stopped", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_template_gives_its_layers_back_but_for_what_is_remembered()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var templates = await harness.StartTemplatesAsync();
        _ = await templates.BuildAsync(_recipe);
        Assert.True(await templates.DeleteAsync("t", "name", Token));
        Assert.NotEmpty(harness.Store.Layers);
        await harness.Engine.Parts.Templates.Steps.ClearAsync(Token);
        Assert.Empty(harness.Store.Layers);
    }

    [Fact]
    public async Task Another_tenant_sees_only_what_is_public()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var templates = await harness.StartTemplatesAsync();
        var build = await templates.BuildAsync(_recipe);
        Assert.Null(templates.Find("other", build.TemplateId));
        Assert.Null(templates.Find("other", "t/name"));
        Assert.True(templates.IsForeign("other", "t/name"));
        Assert.Throws<CaissonException>(() => templates.GetBuild("other", build.Id));
        _ = await templates.ShareAsync("t", "name", isPublic: true, Token);
        Assert.NotNull(templates.Find("other", "t/name"));
        Assert.NotNull(templates.Find("other", build.TemplateId));
        Assert.False(await templates.DeleteAsync("other", "t/name", Token));
        await EngineHarness.FailsAsync(ErrorCode.NotFound, () => templates.TagAsync("other", "t/name", ["x"], Token));
        Assert.NotNull(await harness.CreateAsync(spec: new SandboxSpec { Template = "t/name" }, tenant: "other"));
    }

    [Fact]
    public async Task Steps_of_other_tenants_are_not_taken()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var templates = await harness.StartTemplatesAsync();
        _ = await templates.BuildAsync(_recipe);
        var theirs = await templates.BuildAsync(_recipe, "other");
        Assert.DoesNotContain(templates.ReadLog("other", theirs.Id, 0, 100), entry => entry.Message.StartsWith("CACHED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_is_followed_to_its_end()
    {
        await using var harness = await EngineHarness.StartAsync();
        await using var templates = await harness.StartTemplatesAsync();
        var build = await templates.BuildAsync(_recipe);
        var lines = new List<BuildLogEntry>();
        await foreach (var line in templates.FollowLogAsync("t", build.Id, 1, Token))
            lines.Add(line);
        Assert.Equal(templates.ReadLog("t", build.Id, 1, 100), lines);
    }
}

using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates;
using Xunit;

namespace Caisson.Store.Tests;

public sealed class TemplateTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Templates_builds_and_steps_are_there_after_a_restart()
    {
        using var file = new TemporaryFile();
        var template = new TemplateInfo("aaaaaaaaaaaaaaaaaaaa", "t", "name", Public: true, _now, _now, [new TemplateTag("v1", "b1", _now)]);
        var build = new TemplateBuild("b1", template.Id, "t", ["v1"], new Resources { Cpus = 3 }, _now)
        {
            State = TemplateBuildState.Ready,
            Layer = "l",
            Wall = "w",
            Bytes = 7,
            FinishedAt = _now,
            Defaults = new TemplateDefaults { Environment = new Dictionary<string, string> { ["A"] = "1" }, User = "root", WorkingDirectory = "/x", StartCommand = "s", ReadyCommand = "r" },
        };
        await using (var store = await SqliteStore.OpenAsync(file.Path, Token))
        {
            await store.SaveTemplateAsync(template with { Tags = [] }, Token);
            await store.SaveBuildAsync(build with { State = TemplateBuildState.Building }, Token);
            await store.PublishAsync(template, build, Token);
            await store.SaveStepAsync(new CachedStep("k", null, _now), Token);
            await store.SaveStepAsync(new CachedStep("k", "l", _now), Token);
        }

        await using var again = await SqliteStore.OpenAsync(file.Path, Token);
        Assert.Equivalent(template, Assert.Single(await again.LoadTemplatesAsync(Token)), strict: true);
        Assert.Equivalent(build, Assert.Single(await again.LoadBuildsAsync(Token)), strict: true);
        Assert.Equal(new CachedStep("k", "l", _now), Assert.Single(await again.LoadStepsAsync(Token)));
        await again.DeleteStepAsync("k", Token);
        await again.DeleteTemplateAsync(template.Id, Token);
        Assert.Empty(await again.LoadTemplatesAsync(Token));
        Assert.Empty(await again.LoadBuildsAsync(Token));
        Assert.Empty(await again.LoadStepsAsync(Token));
    }

    [Fact]
    public async Task A_sandbox_keeps_what_its_template_gave_it()
    {
        using var file = new TemporaryFile();
        var defaults = new TemplateDefaults { Name = "n", User = "root", StartCommand = "s" };
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        await store.SaveSandboxAsync(Samples.Full() with { Defaults = defaults }, Token);
        Assert.Equivalent(defaults, Assert.Single(await store.LoadSandboxesAsync(Token)).Defaults, strict: true);
    }
}

using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates;
using Caisson.Engine.Templates.Builds;
using Caisson.Engine.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Engine.Tests.Templates;

/// <summary>Builds of templates in a test.</summary>
internal static class Building
{
    /// <summary>The templates of an engine, as a server has them.</summary>
    public static async Task<TemplateEngine> StartTemplatesAsync(this EngineHarness harness)
    {
        var templates = new TemplateEngine(
            harness.Engine, new TemplateOptions { Directory = Path.Combine(harness.Root, "builds") }, new FakeTemplates(), harness.Time, NullLogger<TemplateEngine>.Instance);
        await templates.StartAsync(EngineHarness.Token);
        return templates;
    }

    /// <summary>Builds the template 'name' to its end, good or bad.</summary>
    public static async Task<TemplateBuild> BuildAsync(this TemplateEngine templates, TemplateRecipe recipe, string tenant = "t")
    {
        var (_, build) = await templates.RequestAsync(tenant, "name", [], new Resources(), EngineHarness.Token);
        await templates.StartBuildAsync(tenant, build.Id, recipe, EngineHarness.Token);
        await EngineHarness.EventuallyAsync(() => templates.GetBuild(tenant, build.Id).State is TemplateBuildState.Ready or TemplateBuildState.Failed);
        return templates.GetBuild(tenant, build.Id);
    }
}

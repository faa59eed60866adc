using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Engine.Templates;
using Caisson.Engine.Templates.Builds;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>Templates and builds as the protocol shows them.</summary>
internal static class TemplateViews
{
    public static string NameOf(TemplateInfo template) => $"{template.Tenant}/{template.Name}";

    public static string StatusOf(TemplateBuildState state) => state switch
    {
        TemplateBuildState.Waiting => "waiting",
        TemplateBuildState.Building => "building",
        TemplateBuildState.Ready => "ready",
        _ => "error",
    };

    public static BuildLogLine Line(BuildLogEntry entry) =>
        new(SandboxViews.Time(entry.Time), LevelOf(entry.Level), entry.Message, entry.Step);

    public static string LevelOf(BuildLogLevel level) => level switch
    {
        BuildLogLevel.Debug => "debug",
        BuildLogLevel.Info => "info",
        BuildLogLevel.Warn => "warn",
        _ => "error",
    };

    public static TemplateView? Listed(TemplateInfo template, IReadOnlyList<TemplateBuild> builds)
    {
        if (builds.Count == 0)
            return null;
        var shown = builds.LastOrDefault(build => build.State == TemplateBuildState.Ready) ?? builds[^1];
        return new TemplateView(
            template.Id, shown.Id, StatusOf(shown.State), builds.Count, SandboxViews.Cpus(shown.Resources.Cpus), shown.Resources.MemoryBytes >> 20, shown.Resources.DiskBytes >> 20,
            template.Public, [template.Name], [NameOf(template)], SandboxViews.Time(template.CreatedAt), SandboxViews.Time(template.UpdatedAt), E2bOptions.EnvdVersion);
    }

    public static TemplateDetail Detail(TemplateInfo template, IReadOnlyList<TemplateBuild> builds) => new(
        template.Id, template.Public, [template.Name], [NameOf(template)], SandboxViews.Time(template.CreatedAt), SandboxViews.Time(template.UpdatedAt),
        [.. builds.Reverse().Select(Build)]);

    private static BuildView Build(TemplateBuild build) => new(
        build.Id, StatusOf(build.State), SandboxViews.Cpus(build.Resources.Cpus), build.Resources.MemoryBytes >> 20, build.Resources.DiskBytes >> 20, E2bOptions.EnvdVersion,
        SandboxViews.Time(build.CreatedAt), SandboxViews.Time(build.FinishedAt ?? build.CreatedAt), build.FinishedAt is { } end ? SandboxViews.Time(end) : null);
}

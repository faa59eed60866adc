using Caisson.Engine.Templates;

namespace Caisson.Server.Api.Templates;

/// <summary>A build of a template.</summary>
internal sealed record BuildBody(
    string Id, string Template, string Name, TemplateBuildState State, IReadOnlyList<string> Tags, string? Wall, long Bytes, string? FailedStep, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>The body that describes a build.</summary>
    public static BuildBody Of(TemplateInfo template, TemplateBuild build) => new(
        build.Id, template.Id, template.Name, build.State, build.Tags, build.Wall, build.Bytes, build.FailedStep, build.Message, build.CreatedAt, build.FinishedAt);
}

using Caisson.Engine.Templates;

namespace Caisson.Server.Api.Templates;

/// <summary>A template: a name, and builds of it by tag.</summary>
internal sealed record TemplateBody(string Id, string Name, bool Public, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<TagBody> Tags, IReadOnlyList<BuildBody> Builds)
{
    /// <summary>The body that describes a template.</summary>
    public static TemplateBody Of(TemplateInfo template, ITemplateEngine engine) => new(
        template.Id, template.Name, template.Public, template.CreatedAt, template.UpdatedAt,
        [.. template.Tags.Select(tag => new TagBody(tag.Tag, tag.BuildId, tag.AssignedAt))],
        [.. engine.BuildsOf(template).Select(build => BuildBody.Of(template, build))]);
}

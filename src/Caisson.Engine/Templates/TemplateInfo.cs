namespace Caisson.Engine.Templates;

/// <summary>A template that was built or imported here: a name, and builds of it by tag.</summary>
/// <param name="Id">Its id, in the form of a sandbox's.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Name">Its name, one of its owner's.</param>
/// <param name="Public">Whether other tenants may start sandboxes from it.</param>
/// <param name="CreatedAt">When it was first asked for, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
/// <param name="Tags">Its tags, oldest assignment first.</param>
public sealed record TemplateInfo(
    string Id, string Tenant, string Name, bool Public, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<TemplateTag> Tags)
{
    /// <summary>The build that a tag stands for, or null.</summary>
    public string? BuildOf(string tag) => Tags.FirstOrDefault(one => one.Tag == tag)?.BuildId;
}

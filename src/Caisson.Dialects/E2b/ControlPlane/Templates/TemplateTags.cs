using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>Names for builds of a template.</summary>
internal static class TemplateTags
{
    public static async Task AssignAsync(ControlCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.TagRequest);
        var tags = Tags(body);
        var build = await call.Builds.TagAsync(call.Tenant, Named(body.Target, "target"), tags, call.Cancellation);
        await E2bResponses.WriteAsync(call.Http, 201, new TagsAssigned(build, tags), E2bJson.Default.TagsAssigned);
    }

    public static async Task RemoveAsync(ControlCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.TagRequest);
        await call.Builds.UntagAsync(call.Tenant, Named(body.Name, "name"), Tags(body), call.Cancellation);
        call.NoContent();
    }

    public static Task ListAsync(ControlCall call)
    {
        var template = TemplateCatalogue.Own(call);
        return E2bResponses.WriteAsync(
            call.Http, 200, [.. template.Tags.Select(tag => new TagView(tag.Tag, tag.BuildId, SandboxViews.Time(tag.AssignedAt)))], E2bJson.Default.TagViewArray);
    }

    private static string Named(string? name, string field) => name is { Length: > 0 } ? name : throw new E2bHttpException(400, $"{field} is required");

    private static List<string> Tags(TagRequest body) => body.Tags is { Count: > 0 } tags && !tags.Contains(null!)
        ? [.. tags.Select(tag => tag.ToLowerInvariant())]
        : throw new E2bHttpException(400, "tags must name at least one tag");
}

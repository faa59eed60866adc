using System.Globalization;
using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Templates;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>Looks at, shares and deletes templates; a snapshot is deleted here too.</summary>
internal static class TemplateCatalogue
{
    /// <summary>The caller's own template that the path names.</summary>
    public static TemplateInfo Own(ControlCall call)
    {
        var reference = TemplateBuilds.Reference(call);
        if (call.Builds.FindTemplate(call.Tenant, reference) is not { } template)
            throw new E2bHttpException(call.Builds.IsForeign(call.Tenant, reference) ? 403 : 404, $"template '{reference}' not found");
        return template.Tenant == call.Tenant ? template : throw new E2bHttpException(403, $"template '{reference}' is another team's");
    }

    public static async Task AliasAsync(ControlCall call)
    {
        var name = TemplateBuilds.Reference(call, "name");
        var found = call.BuildsIfAny?.FindTemplate(call.Tenant, name);
        if (found is not null && TemplateReference.Parse(name).Tag is { } tag && found.BuildOf(tag) is null)
            found = null;
        var alias = found is not null
            ? new TemplateAlias(found.Id, found.Public)
            : await call.Templates.FindAsync(call.Tenant, name, call.Cancellation) is { } template ? new TemplateAlias(template.Id, Public: true) : null;
        if (alias is null)
            throw new E2bHttpException(call.BuildsIfAny?.IsForeign(call.Tenant, name) == true ? 403 : 404, $"template '{name}' not found");
        await E2bResponses.WriteAsync(call.Http, 200, alias, E2bJson.Default.TemplateAlias);
    }

    public static Task ListAsync(ControlCall call) => E2bResponses.WriteAsync(
        call.Http, 200, [.. call.Builds.List(call.Tenant).Select(template => TemplateViews.Listed(template, call.Builds.BuildsOf(template))).OfType<TemplateView>()], E2bJson.Default.TemplateViewArray);

    public static Task ListPageAsync(ControlCall call)
    {
        var limit = call.Query("limit") is { Length: > 0 } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 100;
        if (limit is < 1 or > 100)
            throw new E2bHttpException(400, "limit must be between 1 and 100");
        var after = call.Query("nextToken");
        var rest = after.Length == 0 ? call.Builds.List(call.Tenant) : [.. call.Builds.List(call.Tenant).SkipWhile(one => one.Id != after).Skip(1)];
        if (rest.Count > limit)
            call.Http.Response.Headers["X-Next-Token"] = rest[limit - 1].Id;
        return E2bResponses.WriteAsync(
            call.Http, 200, [.. rest.Take(limit).Select(template => TemplateViews.Listed(template, call.Builds.BuildsOf(template))).OfType<TemplateView>()], E2bJson.Default.TemplateViewArray);
    }

    public static Task GetAsync(ControlCall call)
    {
        var template = Own(call);
        return E2bResponses.WriteAsync(call.Http, 200, TemplateViews.Detail(template, call.Builds.BuildsOf(template)), E2bJson.Default.TemplateDetail);
    }

    public static async Task ShareAsync(ControlCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.TemplateUpdate);
        var template = Own(call);
        if (body.Public is { } isPublic)
            template = await call.Builds.ShareAsync(call.Tenant, template.Id, isPublic, call.Cancellation);
        await E2bResponses.WriteAsync(call.Http, 200, new TemplateNames([TemplateViews.NameOf(template)]), E2bJson.Default.TemplateNames);
    }

    public static async Task DeleteAsync(ControlCall call)
    {
        var reference = TemplateBuilds.Reference(call);
        var snapshots = call.Engine.Snapshots;
        if (SnapshotNames.Find(snapshots, call.Tenant, reference) is { } snapshot && await snapshots.DeleteAsync(call.Tenant, snapshot.Id, CancellationToken.None))
            call.NoContent();
        else if (call.BuildsIfAny is { } builds && await builds.DeleteAsync(call.Tenant, reference, CancellationToken.None))
            call.NoContent();
        else
            throw new E2bHttpException(call.BuildsIfAny?.FindTemplate(call.Tenant, reference) is null ? 404 : 403, $"template '{reference}' not found");
    }
}

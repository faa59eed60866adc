using Caisson.Core.Failures;
using Caisson.Engine.Templates;
using Caisson.Server.Api.Processes;
using Caisson.Server.Api.Sandboxes;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Templates;

/// <summary>Building, looking at, naming and moving templates.</summary>
internal static class TemplateRoutes
{
    private const int HashLength = 64;

    // A build may carry a Dockerfile or many steps.
    private static readonly BodyLimit _build = new(8 << 20);

    public static void Map(RouteGroupBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("templates");
        templates.MapPost("", BuildAsync).Describe("buildTemplate", "Builds a template",
            "Answers at once; the build goes on. Read its log to follow it.", Resource.Template, Verb.Write).WithMetadata(_build).Produces<BuildBody>(202);
        templates.MapGet("", List).Describe("listTemplates", "Lists templates", null, Resource.Template, Verb.Read);
        templates.MapGet("/{reference}", Get).Describe("getTemplate", "Describes a template", "By its id, or its name.", Resource.Template, Verb.Read);
        templates.MapPatch("/{reference}", ShareAsync).Describe("shareTemplate", "Says whether other tenants may use a template", null, Resource.Template, Verb.Write);
        templates.MapDelete("/{reference}", DeleteAsync).Describe("deleteTemplate", "Forgets a template with all its builds", "Sandboxes started from it go on.", Resource.Template, Verb.Write);
        templates.MapPost("/{reference}/tags", TagAsync).Describe("tagTemplate", "Lets tags stand for a build", "For the build that the reference (`name:tag`) stands for.", Resource.Template, Verb.Write);
        templates.MapDelete("/{reference}/tags/{tag}", UntagAsync).Describe("untagTemplate", "Takes a tag away", null, Resource.Template, Verb.Write);
        templates.MapGet("/{reference}/archive", ExportAsync).Describe("exportTemplate", "Writes a template as an archive",
            "A tar archive with gzip: a manifest, and its captured layers.", Resource.Template, Verb.Read).Produces<Stream>(200, "application/gzip");
        templates.MapPost("/import", ImportAsync).Describe("importTemplate", "Reads a template's archive",
            "Only for keys that may administer the server: a layer is a disk image that the host's kernel mounts.", Resource.Archive, Verb.Write)
            .WithMetadata(BodyLimit.Streamed).Accepts<Stream>("application/gzip", "*/*");
        MapBuilds(api);
    }

    private static void MapBuilds(RouteGroupBuilder api)
    {
        var builds = api.MapGroup("/builds").WithTags("templates");
        builds.MapGet("/{id}", GetBuild).Describe("getBuild", "Describes a build", null, Resource.Template, Verb.Read);
        builds.MapDelete("/{id}", CancelAsync).Describe("cancelBuild", "Ends a build",
            "Nothing of it runs any more when the answer comes. Harmless when it has ended.", Resource.Template, Verb.Write);
        builds.MapGet("/{id}/log", LogAsync).Describe("readBuildLog", "Streams a build's log",
            "The lines after the first `after`, one JSON object a line, until the build ends.", Resource.Template, Verb.Read).Produces<BuildLogLine>(200, ExecStream.MediaType);
        var files = api.MapGroup("/template-files").WithTags("templates");
        files.MapGet("/{hash}", HasFiles).Describe("hasTemplateFiles", "Says whether an archive was uploaded", "By the SHA-256 of its bytes.", Resource.Template, Verb.Read);
        files.MapPut("/{hash}", PutFilesAsync).Describe("putTemplateFiles", "Uploads an archive for copy steps",
            "A tar archive, plain or with gzip, named by the SHA-256 of its bytes.", Resource.Template, Verb.Write)
            .WithMetadata(BodyLimit.Streamed).Accepts<Stream>("application/gzip", "*/*");
    }

    private static async Task<Accepted<BuildBody>> BuildAsync(BuildTemplate body, Call call, ITemplateEngine engine, CancellationToken cancellation)
    {
        var recipe = RecipeOf.Request(body);
        var named = TemplateReference.Parse(Named(body.Name));
        if (named.Tenant is { } owner && owner != call.Caller.Tenant)
            throw new CaissonException(ErrorCode.PermissionDenied, "A template's first part must be your own tenant.");
        IReadOnlyList<string> tags = [.. named.Tag is { } tag ? [tag] : Array.Empty<string>(), .. body.Tags.Select(Named)];
        var (template, build) = await engine.RequestAsync(call.Caller.Tenant, named.Name, tags, SandboxSpecOf.Limits(body.Resources ?? new ResourceLimits()), cancellation);
        await engine.StartBuildAsync(call.Caller.Tenant, build.Id, recipe, cancellation);
        return TypedResults.Accepted($"/v1/builds/{build.Id}", BuildBody.Of(template, engine.GetBuild(call.Caller.Tenant, build.Id)));
    }

    private static Ok<TemplateList> List(Call call, ITemplateEngine engine) =>
        TypedResults.Ok(new TemplateList([.. engine.List(call.Caller.Tenant).Select(template => TemplateBody.Of(template, engine))]));

    private static Ok<TemplateBody> Get(string reference, Call call, ITemplateEngine engine) =>
        TypedResults.Ok(TemplateBody.Of(Own(engine, call, reference), engine));

    private static async Task<Ok<TemplateBody>> ShareAsync(string reference, ShareBody body, Call call, ITemplateEngine engine, CancellationToken cancellation) =>
        TypedResults.Ok(TemplateBody.Of(await engine.ShareAsync(call.Caller.Tenant, Plain(reference), body.Public, cancellation), engine));

    private static async Task<NoContent> DeleteAsync(string reference, Call call, ITemplateEngine engine, CancellationToken cancellation) =>
        await engine.DeleteAsync(call.Caller.Tenant, Plain(reference), cancellation) ? TypedResults.NoContent() : throw Missing(reference);

    private static async Task<Ok<TemplateBody>> TagAsync(string reference, TagsBody body, Call call, ITemplateEngine engine, CancellationToken cancellation)
    {
        _ = await engine.TagAsync(call.Caller.Tenant, Plain(reference), [.. body.Tags.Select(Named)], cancellation);
        return TypedResults.Ok(TemplateBody.Of(Own(engine, call, reference), engine));
    }

    private static async Task<NoContent> UntagAsync(string reference, string tag, Call call, ITemplateEngine engine, CancellationToken cancellation)
    {
        await engine.UntagAsync(call.Caller.Tenant, Plain(reference), [tag], cancellation);
        return TypedResults.NoContent();
    }

    private static async Task ExportAsync(string reference, Call call, ITemplateEngine engine, HttpContext context, CancellationToken cancellation)
    {
        if (engine.Find(call.Caller.Tenant, Plain(reference)) is not { } version)
            throw Missing(reference);
        context.Response.ContentType = "application/gzip";
        context.Response.Headers.ContentDisposition = "attachment";
        context.Response.Headers.CacheControl = "no-store";
        await engine.ExportAsync(call.Caller.Tenant, $"{version.Template.Id}:{TemplateReference.Parse(Plain(reference)).Tag ?? version.Template.Tags.First(tag => tag.BuildId == version.Build.Id).Tag}", context.Response.Body, cancellation);
    }

    private static async Task<Created<BuildBody>> ImportAsync(Call call, ITemplateEngine engine, HttpContext context, CancellationToken cancellation, string? name = null)
    {
        var version = await engine.ImportAsync(call.Caller.Tenant, name is null ? null : Named(name), context.Request.Body, cancellation);
        return TypedResults.Created($"/v1/templates/{version.Template.Id}", BuildBody.Of(version.Template, version.Build));
    }

    private static Ok<BuildBody> GetBuild(string id, Call call, ITemplateEngine engine)
    {
        var build = engine.GetBuild(call.Caller.Tenant, id);
        return TypedResults.Ok(BuildBody.Of(Own(engine, call, build.TemplateId), build));
    }

    private static async Task<NoContent> CancelAsync(string id, Call call, ITemplateEngine engine, CancellationToken cancellation)
    {
        await engine.CancelBuildAsync(call.Caller.Tenant, id, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<EmptyHttpResult> LogAsync(string id, Call call, BuildLogStream stream, HttpContext context, int after = 0)
    {
        Check.Range(after, 0, int.MaxValue, "after");
        await stream.WriteAsync(context, call.Caller.Tenant, id, after);
        return TypedResults.Empty;
    }

    private static NoContent HasFiles(string hash, Call call, ITemplateEngine engine) =>
        engine.HasFiles(call.Caller.Tenant, Hash(hash)) ? TypedResults.NoContent() : throw new CaissonException(ErrorCode.NotFound, "No archive of that hash was uploaded.");

    private static async Task<NoContent> PutFilesAsync(string hash, Call call, ITemplateEngine engine, HttpContext context, CancellationToken cancellation)
    {
        await engine.PutFilesAsync(call.Caller.Tenant, Hash(hash), context.Request.Body, verify: true, cancellation);
        return TypedResults.NoContent();
    }

    private static string Hash(string hash) => hash.Length == HashLength ? hash : throw new CaissonException(ErrorCode.InvalidArgument, "'hash' is not a SHA-256 in lower-case hexadecimal.");

    private static string Named(string? name)
    {
        Check.Name(name ?? "", "name");
        return name!;
    }

    // Routing leaves an encoded slash as it is.
    private static string Plain(string reference) => Uri.UnescapeDataString(reference);

    private static TemplateInfo Own(ITemplateEngine engine, Call call, string reference) =>
        engine.FindTemplate(call.Caller.Tenant, Plain(reference)) is { } template && template.Tenant == call.Caller.Tenant ? template : throw Missing(reference);

    private static CaissonException Missing(string reference) => new(ErrorCode.NotFound, $"template '{Problems.JsonFault.Clean(Plain(reference))}' not found");
}

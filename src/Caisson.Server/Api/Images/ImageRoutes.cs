using Caisson.Core.Failures;
using Caisson.Engine.Sandboxes;
using Caisson.Images.Store;
using Caisson.Server.Auth;
using Caisson.Server.Templates;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Caisson.Server.Api.Images;

/// <summary>Container images as templates.</summary>
internal static class ImageRoutes
{
    private const int LongestReference = 512;

    // Whoever sends an archive may be fetching it from elsewhere meanwhile.
    private static readonly MinDataRate _patience = new(bytesPerSecond: 1, gracePeriod: TimeSpan.FromMinutes(2));

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/images", ImportAsync).WithTags("images").Describe("importImage", "Makes a template of a container image",
            "The raw body is a tar of an OCI image layout or of `docker save`, perhaps compressed. `reference` says which image where the archive has several. An image that is here already costs nothing.",
            Resource.Image, Verb.Write).WithMetadata(BodyLimit.Streamed).Accepts<Stream>("application/x-tar", "*/*");
        var images = api.MapGroup("/images").WithTags("images");
        images.MapGet("", List).Describe("listImages", "Lists imported images", null, Resource.Image, Verb.Read);
        images.MapDelete("/{name}", RemoveAsync).Describe("removeImage", "Takes a name from an imported image",
            "`name` is NAME or NAME:TAG. The files go with the last name, or once no sandbox or snapshot stands on them.", Resource.Image, Verb.Write);
    }

    private static async Task<Ok<ImageBody>> ImportAsync(string name, HttpContext context, [FromServices] IImageStore images, CancellationToken cancellation, string? reference = null)
    {
        var parsed = ImageName.Parse(name);
        if (TemplateDefinition.All.Any(definition => definition.Name == parsed.Name))
            throw new CaissonException(ErrorCode.AlreadyExists, $"'{parsed.Name}' is a template of this host", "Choose another name.");
        if (reference is { Length: 0 or > LongestReference })
            throw new CaissonException(ErrorCode.InvalidArgument, $"'reference' must be 1 to {LongestReference} characters.");
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = _patience;
        var image = await images.ImportAsync(context.Request.Body, parsed, reference, cancellation);
        return TypedResults.Ok(ImageBody.Of(parsed.Name, parsed.Tag, image));
    }

    private static Ok<ImageList> List([FromServices] IImageStore images) =>
        TypedResults.Ok(new ImageList([.. images.List().Select(one => ImageBody.Of(one.Name, one.Tag, one.Image))]));

    private static async Task<NoContent> RemoveAsync(string name, [FromServices] IImageStore images, [FromServices] SandboxEngine engine, CancellationToken cancellation) =>
        await images.RemoveAsync(ImageName.Parse(name), engine.StandsOn, cancellation)
            ? TypedResults.NoContent()
            : throw new CaissonException(ErrorCode.NotFound, $"there is no imported image '{name}'");
}

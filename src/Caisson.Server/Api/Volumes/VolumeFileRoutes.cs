using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Volumes;
using Caisson.Engine.Volumes;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Volumes;

/// <summary>Files of a volume, whether or not a sandbox has it.</summary>
internal static class VolumeFileRoutes
{
    public static void Map(RouteGroupBuilder routes)
    {
        routes.MapGet("", ReadAsync).Describe("readVolumeFile", "Reads a file of a volume", null, Resource.File, Verb.Read).Produces<Stream>(200, "application/octet-stream");
        routes.MapPut("", WriteAsync).Describe("writeVolumeFile", "Writes a file of a volume",
            "The raw body takes the place of what was there, all at once, unless `replace` is false. `mode` is octal, 644 when left out; owner and group are 1000.", Resource.File, Verb.Write)
            .WithMetadata(BodyLimit.Streamed).Accepts<Stream>("application/octet-stream", "*/*");
        routes.MapDelete("", RemoveAsync).Describe("removeVolumeFile", "Removes a file or a whole directory of a volume", null, Resource.File, Verb.Write);
        routes.MapGet("/stat", StatAsync).Describe("statVolumeFile", "Describes a file of a volume", "A link is described itself, not what it leads to.", Resource.File, Verb.Read);
        routes.MapGet("/list", ListAsync).Describe("listVolumeFiles", "Lists a directory of a volume", "`depth` levels deep, 1 to 64.", Resource.File, Verb.Read);
        routes.MapPost("/directory", MakeDirectoryAsync).Describe("makeVolumeDirectory", "Makes a directory in a volume", null, Resource.File, Verb.Write);
        routes.MapPost("/move", MoveAsync).Describe("moveVolumeFile", "Renames within a volume", null, Resource.File, Verb.Write);
    }

    private static async Task ReadAsync(string id, string path, Call call, IVolumeCatalog volumes, HttpContext context, CancellationToken cancellation)
    {
        using var lease = await OpenAsync(volumes, call, id, cancellation);
        await using var content = await lease.Files.ReadAsync(Check.Path(path), cancellation);
        // What an untrusted program wrote must never run as a page of this origin.
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ContentDisposition = "attachment";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        await content.CopyToAsync(context.Response.Body, cancellation);
    }

    private static async Task<Ok<VolumeFileBody>> WriteAsync(
        string id, string path, Call call, IVolumeCatalog volumes, HttpContext context, CancellationToken cancellation, string? mode = null, bool replace = true)
    {
        using var lease = await OpenAsync(volumes, call, id, cancellation);
        var attributes = new VolumeAttributes(Mode: mode is null ? null : Mode(mode));
        return TypedResults.Ok(VolumeFileBody.Of(await lease.Files.WriteAsync(Check.Path(path), context.Request.Body, attributes, replace, cancellation)));
    }

    private static async Task<NoContent> RemoveAsync(string id, string path, Call call, IVolumeCatalog volumes, CancellationToken cancellation)
    {
        using var lease = await OpenAsync(volumes, call, id, cancellation);
        await lease.Files.RemoveAsync(Check.Path(path), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<VolumeFileBody>> StatAsync(string id, string path, Call call, IVolumeCatalog volumes, CancellationToken cancellation)
    {
        using var lease = await OpenAsync(volumes, call, id, cancellation);
        return TypedResults.Ok(VolumeFileBody.Of(await lease.Files.StatAsync(Check.Path(path), cancellation)));
    }

    private static async Task<Ok<VolumeFileList>> ListAsync(string id, string path, Call call, IVolumeCatalog volumes, CancellationToken cancellation, int depth = 1)
    {
        using var lease = await OpenAsync(volumes, call, id, cancellation);
        return TypedResults.Ok(new VolumeFileList([.. (await lease.Files.ListAsync(Check.Path(path), depth, cancellation)).Select(VolumeFileBody.Of)]));
    }

    private static async Task<Ok<VolumeFileBody>> MakeDirectoryAsync(string id, VolumeDirectoryBody body, Call call, IVolumeCatalog volumes, CancellationToken cancellation)
    {
        using var lease = await OpenAsync(volumes, call, id, cancellation);
        return TypedResults.Ok(VolumeFileBody.Of(await lease.Files.MakeDirectoryAsync(Check.Path(body.Path), new VolumeAttributes(), parents: true, cancellation)));
    }

    private static async Task<Ok<VolumeFileBody>> MoveAsync(string id, VolumeMoveBody body, Call call, IVolumeCatalog volumes, CancellationToken cancellation)
    {
        using var lease = await OpenAsync(volumes, call, id, cancellation);
        return TypedResults.Ok(VolumeFileBody.Of(await lease.Files.MoveAsync(
            Check.Path(body.Source, "source"), Check.Path(body.Destination, "destination"), body.Replace, cancellation)));
    }

    private static Task<VolumeLease> OpenAsync(IVolumeCatalog volumes, Call call, string id, CancellationToken cancellation) =>
        volumes.OpenAsync(VolumeRoutes.Find(volumes, call, id), cancellation);

    private static int Mode(string octal)
    {
        if (octal.Length is 0 or > 4 || octal.Any(c => c is < '0' or > '7'))
            throw new CaissonException(ErrorCode.InvalidArgument, "'mode' must be one to four octal digits.");
        return octal.Aggregate(0, (bits, digit) => (bits << 3) | int.Parse([digit], CultureInfo.InvariantCulture));
    }
}

using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Files;

/// <summary>Files inside: reading, writing, listing, moving.</summary>
internal static class FileRoutes
{
    private const int DeepestListing = 64;

    public static void Map(RouteGroupBuilder api)
    {
        var routes = api.MapGroup("/sandboxes/{id}/files").WithTags("files");
        routes.MapGet("", ReadAsync).Describe("readFile", "Reads a file",
            "The raw bytes from `offset`, at most `length` of them.", Resource.File, Verb.Read)
            .Produces<Stream>(200, "application/octet-stream");
        routes.MapPut("", WriteAsync).Describe("writeFile", "Writes a file",
            "The raw body replaces what was there; missing parents are made. `mode` is octal, 644 when left out.", Resource.File, Verb.Write)
            .WithMetadata(BodyLimit.Streamed).Accepts<Stream>("application/octet-stream", "*/*");
        routes.MapDelete("", RemoveAsync).Describe("removeFile", "Removes a file or a whole directory",
            "A path that is not there is fine.", Resource.File, Verb.Write);
        routes.MapGet("/stat", StatAsync).Describe("statFile", "Describes a file", null, Resource.File, Verb.Read);
        routes.MapGet("/list", ListAsync).Describe("listFiles", "Lists a directory", "`depth` levels deep, 1 to 64.", Resource.File, Verb.Read);
        routes.MapPost("/directory", MakeDirectoryAsync).Describe("makeDirectory", "Makes a directory", null, Resource.File, Verb.Write);
        routes.MapPost("/move", MoveAsync).Describe("moveFile", "Renames a file or a directory", null, Resource.File, Verb.Write);
    }

    private static async Task ReadAsync(
        string id, string path, Call call, HttpContext context, CancellationToken cancellation, string? user = null, long offset = 0, long? length = null)
    {
        Check.Range(offset, 0, long.MaxValue, "offset");
        Check.Range(length ?? 0, 0, long.MaxValue, "length");
        var files = call.Sandbox(id).Guest.Files;
        await using var file = await files.ReadAsync(Check.Path(path), Check.User(user), offset, length, cancellation);

        // What an untrusted program wrote must never run as a page of this origin.
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ContentDisposition = "attachment";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        await file.Content.CopyToAsync(context.Response.Body, cancellation);
    }

    private static async Task<Ok<FileBody>> WriteAsync(
        string id, string path, Call call, HttpContext context, CancellationToken cancellation,
        string? user = null, string? mode = null, bool append = false)
    {
        var files = call.Sandbox(id).Guest.Files;
        var options = mode is null ? new WriteOptions(Append: append) : new WriteOptions(Mode(mode), Append: append);
        return TypedResults.Ok(FileBody.Of(await files.WriteAsync(Check.Path(path), Check.User(user), context.Request.Body, options, cancellation)));
    }

    private static async Task<NoContent> RemoveAsync(string id, string path, Call call, CancellationToken cancellation, string? user = null)
    {
        await call.Sandbox(id).Guest.Files.RemoveAsync(Check.Path(path), Check.User(user), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<FileBody>> StatAsync(string id, string path, Call call, CancellationToken cancellation, string? user = null) =>
        TypedResults.Ok(FileBody.Of(await call.Sandbox(id).Guest.Files.StatAsync(Check.Path(path), Check.User(user), cancellation)));

    private static async Task<Ok<FileList>> ListAsync(
        string id, string path, Call call, CancellationToken cancellation, int depth = 1, string? user = null)
    {
        Check.Range(depth, 1, DeepestListing, "depth");
        var entries = await call.Sandbox(id).Guest.Files.ListAsync(Check.Path(path), depth, Check.User(user), cancellation);
        return TypedResults.Ok(new FileList([.. entries.Select(FileBody.Of)]));
    }

    private static async Task<Ok<FileBody>> MakeDirectoryAsync(string id, DirectoryBody body, Call call, CancellationToken cancellation) =>
        TypedResults.Ok(FileBody.Of(await call.Sandbox(id).Guest.Files.MakeDirectoryAsync(Check.Path(body.Path), Check.User(body.User), cancellation)));

    private static async Task<Ok<FileBody>> MoveAsync(string id, MoveBody body, Call call, CancellationToken cancellation) =>
        TypedResults.Ok(FileBody.Of(await call.Sandbox(id).Guest.Files.MoveAsync(
            Check.Path(body.Source, "source"), Check.Path(body.Destination, "destination"), Check.User(body.User), cancellation)));

    private static int Mode(string octal)
    {
        if (octal.Length is 0 or > 4 || octal.Any(c => c is < '0' or > '7'))
            throw new CaissonException(ErrorCode.InvalidArgument, "'mode' must be one to four octal digits.");
        return octal.Aggregate(0, (bits, digit) => (bits << 3) | int.Parse([digit], CultureInfo.InvariantCulture));
    }
}

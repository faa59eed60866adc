using System.IO.Compression;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Caisson.Dialects.E2b.Envd.Files;

/// <summary>Writes uploaded files, streaming: no part of one is held here.</summary>
internal static class UploadFiles
{
    public static async Task InvokeAsync(EnvdCall call)
    {
        var user = call.QueryUser();
        var path = EnvdCall.CheckedPath(call.Query("path"));
        var options = new WriteOptions(Metadata: FileMetadata.Read(call.Http.Request.Headers));
        var type = MediaTypeHeaderValue.TryParse(call.Http.Request.ContentType, out var parsed) ? parsed : null;
        try
        {
            await using var body = Body(call.Http.Request);
            WrittenFile[] written = type?.MediaType.Value?.ToLowerInvariant() switch
            {
                "multipart/form-data" => await WritePartsAsync(call, new MultipartReader(Boundary(type), body), path, user, options),
                "application/octet-stream" when path.Length > 0 => [View(await call.Files.WriteAsync(path, user, body, options, call.Cancellation))],
                "application/octet-stream" => throw new E2bHttpException(400, "path is required for an application/octet-stream upload"),
                _ => throw new E2bHttpException(400, "the upload must be multipart/form-data or application/octet-stream"),
            };
            await E2bResponses.WriteAsync(call.Http, 200, written, E2bJson.Default.WrittenFileArray);
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not BadHttpRequestException && !call.Cancellation.IsCancellationRequested))
        {
            throw new E2bHttpException(400, "the upload is damaged: " + error.Message, error);
        }
    }

    public static WrittenFile View(FileEntry entry) =>
        new(entry.Name, entry.Path, "file", entry.Metadata.Count == 0 ? null : entry.Metadata);

    private static async Task<WrittenFile[]> WritePartsAsync(EnvdCall call, MultipartReader parts, string path, string? user, WriteOptions options)
    {
        var written = new List<WrittenFile>();
        var targets = new HashSet<string>(StringComparer.Ordinal);
        while (await parts.ReadNextSectionAsync(call.Cancellation) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || HeaderUtilities.RemoveQuotes(disposition.Name) != "file")
                continue;
            var target = path.Length > 0 ? path : EnvdCall.CheckedPath(FileName(disposition));
            if (target.Length == 0)
                throw new E2bHttpException(400, "an uploaded file needs a path or a file name");
            if (!targets.Add(target))
                throw new E2bHttpException(400, $"you cannot upload multiple files to the same path '{target}' in one request");
            written.Add(View(await call.Files.WriteAsync(target, user, part.Body, options, call.Cancellation)));
        }

        return written.Count > 0 ? [.. written] : throw new E2bHttpException(400, "the form holds no part named 'file'");
    }

    private static string? FileName(ContentDispositionHeaderValue disposition) =>
        disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;

    private static string Boundary(MediaTypeHeaderValue type) =>
        HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 200 } boundary
            ? boundary
            : throw new E2bHttpException(400, "the multipart boundary is missing or too long");

    private static Stream Body(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => request.Body,
        "gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        var other => throw new E2bHttpException(400, $"Content-Encoding '{other}' is not supported; use gzip or identity"),
    };
}

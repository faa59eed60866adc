using System.Buffers;
using System.IO.Compression;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Caisson.Dialects.E2b.Envd.Files;

/// <summary>Sends a file, streaming.</summary>
internal static class DownloadFile
{
    private const int ChunkBytes = 64 << 10;

    private static readonly FileExtensionContentTypeProvider _types = new();

    public static async Task InvokeAsync(EnvdCall call)
    {
        var path = EnvdCall.CheckedPath(call.Query("path"));
        var user = call.QueryUser();
        var gzip = DownloadEncoding.IsGzip(call.Http.Request.Headers.AcceptEncoding.ToString());
        try
        {
            if (call.Http.Request.Headers.Range.Count > 0 && await SendPartAsync(call, path, user))
                return;
            await using var reader = await call.Files.ReadAsync(path, user, 0, null, call.Cancellation);
            Describe(call.Http, reader.Entry);
            if (IsUnchanged(call.Http.Request, reader.Entry))
                call.Http.Response.StatusCode = StatusCodes.Status304NotModified;
            else
                await SendAsync(call, reader, gzip);
        }
        catch (CaissonException error) when (error.Code == ErrorCode.NotFound && !call.Http.Response.HasStarted)
        {
            throw new E2bHttpException(404, $"path '{path}' does not exist", error);
        }
        catch (CaissonException error) when (error.Code == ErrorCode.InvalidArgument && !call.Http.Response.HasStarted)
        {
            var entry = await call.Files.StatAsync(path, user, call.Cancellation);
            throw new E2bHttpException(400, entry.Type == FileEntryType.Directory ? $"path '{entry.Path}' is a directory" : error.Message, error);
        }
    }

    private static async Task<bool> SendPartAsync(EnvdCall call, string path, string? user)
    {
        var entry = await call.Files.StatAsync(path, user, call.Cancellation);
        if (entry.Type == FileEntryType.Directory)
            throw new E2bHttpException(400, $"path '{entry.Path}' is a directory");
        var range = DownloadRange.Read(call.Http.Request, entry.Size, entry.ModifiedAt, out var satisfiable);
        if (range is { } part)
        {
            await using var reader = await call.Files.ReadAsync(path, user, part.Offset, part.Length, call.Cancellation);
            Describe(call.Http, reader.Entry);
            call.Http.Response.StatusCode = StatusCodes.Status206PartialContent;
            call.Http.Response.Headers.ContentRange = $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{entry.Size}";
            call.Http.Response.ContentLength = part.Length;
            await CopyAsync(call, reader.Content, part.Length);
            return true;
        }

        if (satisfiable)
            return false;
        call.Http.Response.Headers.ContentRange = $"bytes */{entry.Size}";
        throw new E2bHttpException(416, "the range lies outside the file");
    }

    private static async Task SendAsync(EnvdCall call, GuestFileReader reader, bool gzip)
    {
        // The size of a small file is what was read: files of /proc and /sys say 0 or 4096 and hold something else.
        var first = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var read = await reader.Content.ReadAtLeastAsync(first, ChunkBytes, throwOnEndOfStream: false, call.Cancellation);
            var whole = read < ChunkBytes;
            if (gzip && read > 0)
            {
                call.Http.Response.Headers.ContentEncoding = "gzip";
                await using var zip = new GZipStream(call.Http.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
                await zip.WriteAsync(first.AsMemory(0, read), call.Cancellation);
                if (!whole)
                    await reader.Content.CopyToAsync(zip, ChunkBytes, call.Cancellation);
                return;
            }

            var known = whole ? read : reader.Entry.Size > read ? reader.Entry.Size : (long?)null;
            call.Http.Response.ContentLength = known;
            await call.Http.Response.Body.WriteAsync(first.AsMemory(0, read), call.Cancellation);
            if (!whole)
                await CopyAsync(call, reader.Content, known - read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(first);
        }
    }

    // A file that grows meanwhile is sent as long as it was; of one that shrinks, the broken answer tells.
    private static async Task CopyAsync(EnvdCall call, Stream content, long? length)
    {
        var left = length ?? long.MaxValue;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (left > 0)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), call.Cancellation);
                if (read == 0)
                    break;
                await call.Http.Response.Body.WriteAsync(buffer.AsMemory(0, read), call.Cancellation);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (length is not null && left > 0)
            call.Http.Abort();
    }

    private static void Describe(HttpContext http, FileEntry entry)
    {
        var disposition = new ContentDispositionHeaderValue("inline");
        disposition.SetHttpFileName(entry.Name);
        var headers = http.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.Vary = "Accept-Encoding";
        headers.AcceptRanges = "bytes";
        headers.LastModified = HeaderUtilities.FormatDate(entry.ModifiedAt);
        headers.XContentTypeOptions = "nosniff";
        http.Response.ContentType = _types.TryGetContentType(entry.Name, out var type) ? type : "application/octet-stream";
    }

    private static bool IsUnchanged(HttpRequest request, FileEntry entry) =>
        HeaderUtilities.TryParseDate(request.Headers.IfModifiedSince.ToString(), out var since)
        && DownloadRange.Seconds(entry.ModifiedAt) <= DownloadRange.Seconds(since);
}

using System.IO.Compression;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SweRex.Files;

/// <summary>Writes what a zip archive holds below a directory inside; an archive with one path that leaves it is refused whole.</summary>
internal sealed class Unpacking(IGuestFiles files, string user, SweRexOptions options)
{
    // The end record alone, which the reader looks for without asking whether there is room for it.
    private const int ShortestArchive = 22;

    /// <summary>Unpacks; the number of files is the result.</summary>
    public async Task<int> RunAsync(Stream archive, string directory, CancellationToken cancellation)
    {
        try
        {
            if (archive.Length < ShortestArchive)
                throw new InvalidDataException("there is no end record");
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count > options.UnpackedEntries)
                throw TooLarge($"The archive holds more than {options.UnpackedEntries} entries.");
            if (zip.Entries.FirstOrDefault(entry => !IsBelow(entry.FullName)) is { } stray)
                throw new RefusedException(StatusCodes.Status400BadRequest, $"The archive has a path that leaves its directory: {PythonText.Quote(stray.FullName)}. Nothing of it was written.");
            await MakeAsync(directory, cancellation);
            var left = options.UnpackedBytes;
            var count = 0;
            foreach (var entry in zip.Entries)
            {
                var path = $"{directory.TrimEnd('/')}/{entry.FullName.TrimEnd('/')}";
                if (entry.FullName.EndsWith('/'))
                {
                    await MakeAsync(path, cancellation);
                    continue;
                }

                left = await WriteAsync(entry, path, left, cancellation);
                count++;
            }

            return count;
        }
        catch (InvalidDataException)
        {
            throw new RaisedFailure("zipfile.BadZipFile", "File is not a zip file");
        }
    }

    /// <summary>Whether a name stays below the directory that it is unpacked in.</summary>
    internal static bool IsBelow(string name) =>
        name.Length > 0 && !name.StartsWith('/') && !name.AsSpan().ContainsAny('\\', '\0') && !name.Split('/').Any(part => part is "..");

    private static RefusedException TooLarge(string detail) => new(StatusCodes.Status413PayloadTooLarge, detail);

    private async Task<long> WriteAsync(ZipArchiveEntry entry, string path, long left, CancellationToken cancellation)
    {
        // What the archive says of its sizes is not believed.
        await using var content = new BoundedStream(await entry.OpenAsync(cancellation), left);
        try
        {
            await FileFailures.GuardAsync(path, () => files.WriteAsync(path, user, content, new WriteOptions(), cancellation));
        }
        catch (Exception) when (content.IsOver)
        {
            throw TooLarge($"The archive holds more than {options.UnpackedBytes} bytes.");
        }

        return content.Left;
    }

    private async Task MakeAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await FileFailures.GuardAsync(path, () => files.MakeDirectoryAsync(path, user, cancellation));
        }
        catch (CaissonException e) when (e.Code == ErrorCode.AlreadyExists)
        {
            // So it is.
        }
    }
}

using System.IO.Compression;
using Caisson.Core.Streams;
using ZstdSharp;

namespace Caisson.Images.Archives;

/// <summary>Undoes the compression that the first bytes of a stream tell of: gzip, zstd or none.</summary>
internal static class Compression
{
    private const int LongestMagic = 4;

    /// <summary>The stream without its compression; it owns the source.</summary>
    public static async Task<Stream> OpenAsync(Stream source, CancellationToken cancellation)
    {
        var start = new byte[LongestMagic];
        var count = await source.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        var whole = new PrefixedStream(start.AsMemory(0, count), source);
        if (start is [0x1f, 0x8b, ..])
            return new GZipStream(whole, CompressionMode.Decompress);
        return start is [0x28, 0xb5, 0x2f, 0xfd] ? new DecompressionStream(whole, leaveOpen: false) : whole;
    }
}

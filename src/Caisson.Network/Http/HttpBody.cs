using System.Globalization;
using System.Text;
using Caisson.Network.Streams;

namespace Caisson.Network.Http;

/// <summary>Carries the body of one request, and not a byte of what follows it.</summary>
internal static class HttpBody
{
    private const int MaxChunkLine = 256;
    private const int MaxTrailerLines = 32;

    /// <summary>Carries the body that a head announced; <see cref="InvalidDataException"/> when it is malformed or cut short.</summary>
    public static async Task CopyAsync(HttpHead head, Wire from, Stream to, CancellationToken cancellation)
    {
        if (head.Chunked)
            await CopyChunksAsync(from, to, cancellation);
        else if (head.ContentLength is { } length)
            await CopyExactlyAsync(from, to, length, cancellation);
    }

    private static async Task CopyChunksAsync(Wire from, Stream to, CancellationToken cancellation)
    {
        while (true)
        {
            var line = await ReadLineAsync(from, cancellation);
            var semicolon = line.IndexOf(';', StringComparison.Ordinal);
            var digits = semicolon < 0 ? line : line[..semicolon];
            if (digits.Length is 0 or > 15 || !long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size))
                throw new InvalidDataException("bad chunk size");

            // Written anew: what reads this next sees only the plain form.
            await to.WriteAsync(Encoding.ASCII.GetBytes(size.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), cancellation);
            if (size == 0)
                break;
            await CopyExactlyAsync(from, to, size, cancellation);
            if ((await ReadLineAsync(from, cancellation)).Length > 0)
                throw new InvalidDataException("chunk longer than its size");
            await to.WriteAsync("\r\n"u8.ToArray(), cancellation);
        }

        // Trailers are dropped: nearly nobody reads them, and they may name fields that the head may not have.
        for (var i = 0; i < MaxTrailerLines; i++)
        {
            if ((await ReadLineAsync(from, cancellation)).Length > 0)
                continue;
            await to.WriteAsync("\r\n"u8.ToArray(), cancellation);
            return;
        }

        throw new InvalidDataException("too many trailers");
    }

    private static async Task<string> ReadLineAsync(Wire from, CancellationToken cancellation)
    {
        while (true)
        {
            var end = from.Buffered.Span.IndexOf((byte)'\n');
            if (end > MaxChunkLine || (end < 0 && from.Buffered.Length > MaxChunkLine))
                throw new InvalidDataException("line too long");
            if (end >= 0)
            {
                var line = Encoding.ASCII.GetString(from.Buffered.Span[..end]);
                from.Advance(end + 1);
                return line.EndsWith('\r') && !line[..^1].AsSpan().ContainsAnyInRange('\0', '\x1f')
                    ? line[..^1]
                    : throw new InvalidDataException("bad line end");
            }

            if (!await from.FillAsync(cancellation))
                throw new InvalidDataException("cut short");
        }
    }

    private static async Task CopyExactlyAsync(Wire from, Stream to, long length, CancellationToken cancellation)
    {
        while (length > 0)
        {
            if (from.Buffered.IsEmpty && !await from.FillAsync(cancellation))
                throw new InvalidDataException("cut short");
            var part = from.Buffered[..(int)Math.Min(length, from.Buffered.Length)];
            await to.WriteAsync(part, cancellation);
            length -= part.Length;
            from.Advance(part.Length);
        }
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Caisson.Dialects.E2b.Envd.Files;

/// <summary>The one part of a file that was asked for.</summary>
internal readonly record struct DownloadRange(long Offset, long Length)
{
    /// <summary>Reads the Range header for a file of some size; null where there is none, or none that is honoured (several parts, a stale If-Range).</summary>
    public static DownloadRange? Read(HttpRequest request, long size, DateTimeOffset modified, out bool satisfiable)
    {
        satisfiable = true;
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header) || header is not { Unit.Value: "bytes", Ranges.Count: 1 })
            return null;
        var since = request.Headers.IfRange.ToString();
        if (since.Length > 0 && !(HeaderUtilities.TryParseDate(since, out var date) && Seconds(date) == Seconds(modified)))
            return null;
        var range = header.Ranges.First();
        var (from, to) = range.From is { } start
            ? (start, Math.Min(range.To ?? long.MaxValue, size - 1))
            : (Math.Max(0, size - range.To!.Value), size - 1);
        satisfiable = from < size && from <= to;
        return satisfiable ? new DownloadRange(from, to - from + 1) : null;
    }

    /// <summary>HTTP dates have no fractions.</summary>
    public static long Seconds(DateTimeOffset moment) => moment.ToUnixTimeSeconds();
}

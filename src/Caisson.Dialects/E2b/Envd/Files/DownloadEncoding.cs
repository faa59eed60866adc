using Caisson.Dialects.E2b.Http;
using Microsoft.Net.Http.Headers;

namespace Caisson.Dialects.E2b.Envd.Files;

/// <summary>Chooses how a download is encoded.</summary>
internal static class DownloadEncoding
{
    /// <summary>Whether to compress; throws where the caller takes neither gzip nor identity.</summary>
    /// <remarks>
    /// Only a caller that asks for gzip alone gets it. HTTP libraries list every coding they know by default, and for them
    /// compressing would cost more time than the shorter way saves.
    /// </remarks>
    public static bool IsGzip(string header)
    {
        if (header.Length == 0 || !StringWithQualityHeaderValue.TryParseList([header], out var codings))
            return false;
        var refused = codings.Where(coding => coding.Quality == 0).Select(coding => coding.Value.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var wanted = codings.Where(coding => coding.Quality != 0).Select(coding => coding.Value.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var gzip = wanted.Contains("gzip") || (wanted.Contains("*") && !refused.Contains("gzip"));
        var identity = wanted.Contains("identity") || !(refused.Contains("identity") || refused.Contains("*"));
        if (!gzip && !identity)
            throw new E2bHttpException(406, "no acceptable encoding: gzip and identity are served");
        return gzip && (!identity || (wanted.Count == 1 && wanted.Contains("gzip")));
    }
}

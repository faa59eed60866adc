using System.Net;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Reads the metadata filter, which clients encode once more than a form: <c>k=v&amp;k2=v2</c> with each part percent-encoded twice.</summary>
internal static class MetadataFilter
{
    /// <summary>The pairs, or null where there is no filter.</summary>
    /// <param name="parameter">The query parameter, decoded once by the framework.</param>
    public static IReadOnlyDictionary<string, string>? Parse(string parameter)
    {
        if (parameter.Length == 0)
            return null;
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parameter.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = at < 0 ? (pair, "") : (pair[..at], pair[(at + 1)..]);
            pairs[Decode(key)] = Decode(value);
        }

        return pairs;
    }

    // The form decoding turns '+' into a space; the inner one must not, so it is a plain percent-decoding.
    private static string Decode(string text) => Uri.UnescapeDataString(WebUtility.UrlDecode(text));
}

using System.Net.Http.Headers;

namespace Caisson.Images.Sources.Registry;

/// <summary>What a registry asks for before it answers.</summary>
/// <param name="Scheme">Basic or Bearer.</param>
/// <param name="Parameters">Its parameters, names in lower case.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Reads a WWW-Authenticate header.</summary>
    public static Challenge? Read(HttpHeaderValueCollection<AuthenticationHeaderValue> headers)
    {
        var header = headers.FirstOrDefault(one => one.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) ?? headers.FirstOrDefault();
        return header is null ? null : new Challenge(header.Scheme, ReadParameters(header.Parameter ?? ""));
    }

    private static Dictionary<string, string> ReadParameters(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                break;
            var name = text[at..equals].Trim(' ', ',');
            var isQuoted = equals + 1 < text.Length && text[equals + 1] == '"';
            var start = isQuoted ? equals + 2 : equals + 1;
            var end = text.IndexOf(isQuoted ? '"' : ',', start);
            if (end < 0)
                end = text.Length;
            parameters[name] = text[start..end];
            at = end + 1;
        }

        return parameters;
    }
}

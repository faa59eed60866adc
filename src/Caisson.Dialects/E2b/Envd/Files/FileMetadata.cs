using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd.Files;

/// <summary>Reads what is to be stored with an uploaded file, from headers <c>X-Metadata-KEY</c>.</summary>
internal static class FileMetadata
{
    private const string Prefix = "X-Metadata-";
    private const int LongestKey = 246;
    private const int MostBytes = 4096;

    public static IReadOnlyDictionary<string, string> Read(IHeaderDictionary headers)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var total = 0;
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var key = name[Prefix.Length..].ToLowerInvariant();
            var value = values.ToString();
            if (key.Length is 0 or > LongestKey)
                throw new E2bHttpException(400, $"a metadata key is 1 to {LongestKey} bytes long");
            if (key.AsSpan().ContainsAnyExceptInRange(' ', '~') || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                throw new E2bHttpException(400, $"metadata '{key[..Math.Min(key.Length, 32)]}' must be printable ASCII");
            total += key.Length + value.Length;
            metadata[key] = value;
        }

        return total <= MostBytes ? metadata : throw new E2bHttpException(400, $"metadata is at most {MostBytes} bytes in all");
    }
}

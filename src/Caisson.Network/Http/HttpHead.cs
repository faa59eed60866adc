namespace Caisson.Network.Http;

/// <summary>The head of an HTTP/1 request, read strictly.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The request target as sent.</param>
/// <param name="Minor">The minor version: 0 or 1.</param>
/// <param name="Fields">Header fields in order, values without the space around them.</param>
/// <param name="ContentLength">The declared length of the body, or null.</param>
/// <param name="Chunked">Whether the body comes in chunks.</param>
internal sealed record HttpHead(
    string Method, string Target, int Minor, IReadOnlyList<KeyValuePair<string, string>> Fields, long? ContentLength, bool Chunked)
{
    /// <summary>The first value of a field, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var field in Fields)
            {
                if (field.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return field.Value;
            }

            return null;
        }
    }
}

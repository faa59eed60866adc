using Caisson.Core.Policy;

namespace Caisson.Client.Wire;

internal sealed record TransformBody(string Host, IReadOnlyDictionary<string, HeaderValueBody> Headers)
{
    public static TransformBody Of(HeaderTransform transform)
    {
        var headers = transform.Headers.ToDictionary(header => header.Key, header => new HeaderValueBody(header.Value, null, null), StringComparer.Ordinal);
        foreach (var (name, text) in transform.SecretHeaders ?? new Dictionary<string, string>(StringComparer.Ordinal))
            headers[name] = HeaderValueBody.OfSecret(text);
        return new TransformBody(transform.Host, headers);
    }
}

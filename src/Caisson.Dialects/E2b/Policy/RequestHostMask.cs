using System.Buffers;
using System.Globalization;
using System.Text;
using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.Policy;

/// <summary>Checks the Host header that services are to see.</summary>
internal static class RequestHostMask
{
    private const string Port = "${PORT}";

    private static readonly SearchValues<char> _forbidden = SearchValues.Create(" /\\?#@\"<>");

    public static string? Check(string? mask)
    {
        if (mask is null)
            return null;
        if (!Ascii.IsValid(mask))
            throw new E2bHttpException(400, $"mask request host '{mask}' contains non-ASCII characters");
        var example = mask.Replace(Port, "8000", StringComparison.Ordinal);
        if (example.Length is 0 or > 255
            || example.AsSpan().ContainsAny(_forbidden)
            || example.Any(char.IsControl)
            || !Uri.TryCreate($"http://{example}/", UriKind.Absolute, out var uri)
            || uri.Host.Length == 0)
        {
            throw new E2bHttpException(400, $"mask request host '{mask}' is not a valid host");
        }

        return mask;
    }

    public static string Apply(string mask, int port) =>
        mask.Replace(Port, port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}

using System.Globalization;
using System.Text;
using Caisson.Network.Egress;

namespace Caisson.Network.Http;

/// <summary>Answers of the gateway's own.</summary>
internal static class HttpAnswer
{
    /// <summary>The answer that tells of a refusal.</summary>
    public static byte[] For(Refusal refusal)
    {
        var status = refusal.Kind switch
        {
            RefusalKind.Rule => "403 Forbidden",
            RefusalKind.Malformed => "400 Bad Request",
            _ => "502 Bad Gateway",
        };
        var body = $"Caisson did not connect to {refusal.Target}.\nRefused by: {refusal.Rule}\nWhat to do: {refusal.Remedy}\n";
        return Write(status, body, $"X-Caisson-Denied: {Printable(refusal.Rule)}\r\n");
    }

    /// <summary>The answer to a client that did not show the proxy's credential.</summary>
    public static byte[] CredentialWanted() =>
        Write("407 Proxy Authentication Required", "The proxy wants a credential.\n", "Proxy-Authenticate: Basic realm=\"caisson\"\r\n");

    private static byte[] Write(string status, string body, string fields)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {bytes.Length}\r\n{fields}Connection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. bytes];
    }

    private static string Printable(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
}

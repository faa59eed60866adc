using System.Globalization;
using System.Text;
using Caisson.Network.Egress;

namespace Caisson.Network.Http;

/// <summary>Writes the head of a request anew for the server it goes to: one request, one response, then the end.</summary>
internal static class RequestRewriter
{
    private static readonly HashSet<string> _hop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "Upgrade", "HTTP2-Settings", "TE", "Trailer", "Host",
    };

    private static readonly HashSet<string> _unsettable = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Host", "Content-Length", "Transfer-Encoding", "Upgrade", "Trailer", "TE",
    };

    /// <summary>Whether a request asks for a WebSocket, the only protocol into which a judged connection may turn.</summary>
    public static bool WantsWebSocket(HttpHead head) =>
        head is { Method: "GET", Minor: 1, ContentLength: null or 0, Chunked: false }
        && string.Equals(head["Upgrade"], "websocket", StringComparison.OrdinalIgnoreCase);

    /// <summary>Splits a request target into authority (null for the origin form) and path; false for any other form.</summary>
    public static bool TrySplitTarget(string target, out string? authority, out string path)
    {
        (authority, path) = (null, target);
        if (target.StartsWith('/') || target == "*")
            return true;
        if (!target.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = target[7..];
        var end = rest.AsSpan().IndexOfAny("/?#");
        authority = end < 0 ? rest : rest[..end];
        path = end < 0 ? "/" : rest[end] == '/' ? rest[end..] : "/" + rest[end..];
        return true;
    }

    /// <summary>Writes the head with a host, a path and headers of our own.</summary>
    public static byte[] Write(HttpHead head, string path, EgressTarget target, int usualPort, IReadOnlyList<KeyValuePair<string, string>> set)
    {
        var dropped = (head["Connection"] ?? "").Split(',', StringSplitOptions.TrimEntries);
        var text = new StringBuilder(512);
        var webSocket = WantsWebSocket(head);
        text.Append(CultureInfo.InvariantCulture, $"{head.Method} {path} HTTP/1.{head.Minor}\r\nHost: {HostOf(head, target, usualPort)}\r\n");
        foreach (var (name, value) in head.Fields)
        {
            var named = Contains(dropped, name) && !_unsettable.Contains(name);
            if (!_hop.Contains(name) && !named && !set.Any(s => s.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        foreach (var (name, value) in set)
        {
            if (!_unsettable.Contains(name) && HttpHeadParser.IsToken(Encoding.Latin1.GetBytes(name)) && !value.AsSpan().ContainsAny("\r\n\0"))
                text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append(webSocket ? "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" : "Connection: close\r\n\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    // A name is written anew from what was judged; a request to a raw address keeps what it says, which was judged too.
    private static string HostOf(HttpHead head, EgressTarget target, int usualPort)
    {
        if (target.Name is null && head["Host"] is { } said)
            return said;
        var host = target.Address?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && target.Name is null ? $"[{target.Host}]" : target.Host;
        return target.Port == usualPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{target.Port}");
    }

    private static bool Contains(string[] names, string name) => Array.Exists(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
}

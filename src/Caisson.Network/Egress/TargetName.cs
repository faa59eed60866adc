using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Caisson.Core.Policy;

namespace Caisson.Network.Egress;

/// <summary>Reads the hosts that requests, proxies and greetings name.</summary>
internal static class TargetName
{
    private static readonly SearchValues<char> _hex = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads a name into lower case without a final dot; false for whatever is no plain host name.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? name)
    {
        if (text.EndsWith("."))
            text = text[..^1];
        name = null;
        if (!HostName.IsValid(text))
            return false;
        name = text.ToString().ToLowerInvariant();
        return !IsNumeric(name);
    }

    /// <summary>Reads <c>host</c> or <c>host:port</c> with a name, an IPv4 address or a bracketed IPv6 address; port 0 when there is none.</summary>
    public static bool TryReadAuthority(ReadOnlySpan<char> text, [NotNullWhen(true)] out EgressTarget? target)
    {
        target = null;
        var port = 0;
        var hostEnd = text.StartsWith("[") ? text.IndexOf(']') + 1 : text.IndexOf(':') is var colon and >= 0 ? colon : text.Length;
        if (hostEnd <= 0)
            return false;
        var host = text[..hostEnd];
        var rest = text[hostEnd..];
        if (rest.Length > 0)
        {
            if (rest[0] != ':' || rest.Length is < 2 or > 6 || rest[1..].ContainsAnyExceptInRange('0', '9'))
                return false;
            port = int.Parse(rest[1..], System.Globalization.CultureInfo.InvariantCulture);
            if (port is 0 or > 65535)
                return false;
        }

        if (host[0] == '[')
        {
            if (!IPAddress.TryParse(host[1..^1], out var six) || six.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
                return false;
            target = new(null, six, port);
            return true;
        }

        if (TryReadFourParts(host, out var four))
        {
            target = new(null, four, port);
            return true;
        }

        if (!TryRead(host, out var name))
            return false;
        target = new(name, null, port);
        return true;
    }

    /// <summary>Whether the last label is a number, which makes old resolvers read the whole as an address (127.1, 0x7f.1, 2130706433).</summary>
    public static bool IsNumeric(string name)
    {
        var last = name.AsSpan(name.LastIndexOf('.') + 1);
        return !last.ContainsAnyExceptInRange('0', '9')
            || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && !last[2..].ContainsAnyExcept(_hex));
    }

    // Only the plain form: 010.0.0.1 means different hosts to different readers.
    private static bool TryReadFourParts(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        && text.SequenceEqual(address.ToString());
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Policy;

/// <summary>One destination or family of destinations: a host name, <c>*.suffix</c>, <c>*</c>, an address or a CIDR range, each with an optional port.</summary>
[JsonConverter(typeof(EgressRuleConverter))]
public sealed record EgressRule
{
    private EgressRule(string text, EgressRuleKind kind) => (Text, Kind) = (text, kind);

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>What the rule matches on.</summary>
    public EgressRuleKind Kind { get; }

    /// <summary>The name in lower case without a trailing dot (for <see cref="EgressRuleKind.Suffix"/> the part after <c>*.</c>), or null.</summary>
    public string? Name { get; private init; }

    /// <summary>The address range, for <see cref="EgressRuleKind.Network"/>.</summary>
    public IPNetwork Network { get; private init; }

    /// <summary>The only port it covers, or null for every port.</summary>
    public int? Port { get; private init; }

    /// <summary>Reads a rule; <paramref name="error"/> says in one sentence what is wrong with a bad one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EgressRule? rule, [NotNullWhen(false)] out string? error)
    {
        rule = null;
        error = null;
        var host = text.Trim();
        int? port = null;
        if (TrySplitPort(ref host, out var portText))
        {
            if (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value is < 1 or > 65535)
            {
                error = $"'{text}' has a bad port";
                return false;
            }

            port = value;
        }

        if (TryParseNetwork(host, out var network))
        {
            rule = new EgressRule(text, EgressRuleKind.Network) { Network = network, Port = port };
            return true;
        }

        if (host == "*")
        {
            rule = new EgressRule(text, EgressRuleKind.Everything) { Port = port };
            return true;
        }

        var suffix = host.StartsWith("*.", StringComparison.Ordinal);
        var name = (suffix ? host[2..] : host).TrimEnd('.').ToLowerInvariant();
        if (!HostName.IsValid(name) || (suffix && !name.Contains('.', StringComparison.Ordinal)))
        {
            error = $"'{text}' is neither a host name, '*.domain.tld', an address nor a CIDR range";
            return false;
        }

        rule = new EgressRule(text, suffix ? EgressRuleKind.Suffix : EgressRuleKind.Host) { Name = name, Port = port };
        return true;
    }

    /// <summary>Reads a rule that is known to be good; throws <see cref="FormatException"/> with the reason otherwise.</summary>
    public static EgressRule Parse(string text) =>
        TryParse(text, out var rule, out var error) ? rule : throw new FormatException(error);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool TrySplitPort(ref string host, out string port)
    {
        port = "";
        if (host.StartsWith('['))
        {
            var close = host.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
                return false;
            var rest = host[(close + 1)..];
            host = host[1..close];
            if (rest.Length == 0)
                return false;
            // What follows the bracket and is no ':' makes the port a bad one, and the rule with it.
            port = rest.StartsWith(':') ? rest[1..] : rest;
            return true;
        }

        var colon = host.LastIndexOf(':');
        if (colon < 0 || host.IndexOf(':', StringComparison.Ordinal) != colon)
            return false;
        (host, port) = (host[..colon], host[(colon + 1)..]);
        return true;
    }

    private static bool TryParseNetwork(string host, out IPNetwork network)
    {
        if (IPAddress.TryParse(host, out var address) && (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork || host.Count(c => c == '.') == 3))
        {
            network = new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
            return true;
        }

        network = default;
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(host[..slash], out var start)
            || !int.TryParse(host[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return false;
        var width = start.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
        if (bits > width)
            return false;
        var bytes = start.GetAddressBytes();
        for (var bit = bits; bit < width; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        network = new IPNetwork(new IPAddress(bytes), bits);
        return true;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Caisson.Core.Failures;

namespace Caisson.Settings.Arguments;

/// <summary>A DNS server by its address.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
public sealed record DnsEndpoint(IPAddress Address, int Port)
{
    /// <summary>The port of DNS.</summary>
    public const int DefaultPort = 53;

    /// <summary>Reads <c>SERVER[:PORT]</c>, IPv6 in brackets when a port follows; InvalidArgument says what is wrong with a bad one.</summary>
    public static DnsEndpoint Parse(string text)
    {
        string address = text, port = "";
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || !text[1..close].Contains(':', StringComparison.Ordinal))
                throw Bad("the brackets hold no IPv6 address");
            (address, port) = (text[1..close], text[(close + 1)..]);
        }
        else if (text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon && text.LastIndexOf(':') == colon)
        {
            (address, port) = (text[..colon], text[colon..]);
        }

        if (!IPAddress.TryParse(address, out var server) || address.Contains('%', StringComparison.Ordinal)
            || (server.AddressFamily == AddressFamily.InterNetwork && server.ToString() != address))
            throw Bad("the server must be an IP address");
        var number = DefaultPort;
        if (port.Length > 0 && (port[0] != ':' || !int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535))
            throw Bad("the port must be 1 to 65535");
        return new DnsEndpoint(server, number);

        CaissonException Bad(string why) =>
            new(ErrorCode.InvalidArgument, $"'{text}' is not a DNS server: {why}", "Write 192.0.2.1, 192.0.2.1:5353, 2001:db8::1 or [2001:db8::1]:5353.");
    }

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}

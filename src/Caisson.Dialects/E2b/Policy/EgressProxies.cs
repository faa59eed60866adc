using System.Globalization;
using Caisson.Core.Policy;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.Policy;

/// <summary>Reads the SOCKS5 proxy that carries a sandbox's traffic.</summary>
internal static class EgressProxies
{
    public static UpstreamProxy? From(NetworkProxy? proxy)
    {
        if (proxy is null)
            return null;
        var address = proxy.Address ?? "";
        var colon = address.LastIndexOf(':');
        var host = colon > 0 ? address[..colon].Trim('[', ']') : "";
        if (!(HostName.IsValid(host) || System.Net.IPAddress.TryParse(host, out _))
            || !int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
        {
            throw new E2bHttpException(400, $"invalid egress proxy address '{address}': expected host:port");
        }

        if (proxy is { Username: null or "", Password: not (null or "") })
            throw new E2bHttpException(400, "an egress proxy password needs a username");
        if (proxy.Username is { Length: > 255 } || proxy.Password is { Length: > 255 })
            throw new E2bHttpException(400, "egress proxy username and password are at most 255 bytes long");
        return new UpstreamProxy(host, port, proxy.Username, proxy.Password);
    }
}

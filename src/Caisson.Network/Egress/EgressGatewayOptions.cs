using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Caisson.Network.Egress;

/// <summary>Bounds and sources of an egress gateway.</summary>
public sealed record EgressGatewayOptions
{
    /// <summary>The DNS server to ask, or null for the host's own resolver.</summary>
    public IPEndPoint? DnsServer { get; init; }

    /// <summary>How long a look-up may take.</summary>
    public TimeSpan DnsTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long each attempt to reach an address may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a greeting or a request head may take to arrive once it has begun.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for a client's first bytes where only they can tell what is asked for, or how to refuse it.</summary>
    public TimeSpan FirstBytesTimeout { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a connection may be silent both ways.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How many connections a session may have open.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>How many look-ups a session may have under way.</summary>
    public int MaxLookups { get; init; } = 64;

    /// <summary>How many bytes a request head or a TLS greeting may have.</summary>
    public int MaxHeadBytes { get; init; } = 32 * 1024;

    /// <summary>How many names a session remembers.</summary>
    public int MaxNames { get; init; } = 4096;

    /// <summary>How many denials a session keeps for its callers.</summary>
    public int MaxDenials { get; init; } = 100;

    /// <summary>Within this time equal permissions are written to the timeline once, and equal refusals up to 64 times.</summary>
    public TimeSpan DecisionWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether an upstream proxy may be at a private address without a rule for it: right where the operator names the proxy, wrong where a tenant does.</summary>
    public bool TrustUpstreamProxy { get; init; }

    /// <summary>Roots trusted towards the outside in addition to the host's, for intercepted connections.</summary>
    public X509Certificate2Collection UpstreamRoots { get; init; } = [];
}

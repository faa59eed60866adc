using Caisson.Core.Policy;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>Where connections from inside may go.</summary>
// Settable: the JSON source generator gives init-only properties that are left out null in place of their defaults.
internal sealed record EgressBody
{
    /// <summary>Destinations let through: a host name, <c>*.suffix</c>, <c>*</c>, an address or a CIDR range, each with an optional port.</summary>
    public List<string> Allow { get; set; } = [];

    /// <summary>Destinations refused, in the same form.</summary>
    public List<string> Deny { get; set; } = [];

    /// <summary>What happens to a destination that no rule names.</summary>
    public EgressVerdict Unlisted { get; set; } = EgressVerdict.Deny;

    /// <summary>Whether a deny rule wins over an allow rule.</summary>
    public bool DenyFirst { get; set; } = true;

    /// <summary>Headers the gateway sets on requests to some hosts; values are never returned.</summary>
    public List<TransformBody> Transforms { get; set; } = [];

    /// <summary>A SOCKS5 proxy through which everything leaves, or null; never returned.</summary>
    public ProxyBody? Proxy { get; set; }
}

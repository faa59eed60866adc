using System.Net;

namespace Caisson.Network.Egress;

/// <summary>A connection that goes nowhere: what was tried, what refused it and how to ask for it.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Target">What was asked for.</param>
/// <param name="Address">The address that it came to, if that was the reason.</param>
/// <param name="Rule">The rule that refused it.</param>
internal sealed record Refusal(RefusalKind Kind, EgressTarget Target, IPAddress? Address, string Rule)
{
    /// <summary>How to ask for it.</summary>
    public string Remedy => Rule switch
    {
        BuiltInRule.Unlisted => Allow(Target.Host),
        BuiltInRule.PrivateAddress or BuiltInRule.HostAddress => $"it leads to an address of this host or its networks; {Allow((Address ?? Target.Address)?.ToString())}",
        BuiltInRule.CloudMetadata => "metadata services are never reachable from a sandbox",
        BuiltInRule.UnknownAddress => "look the name up again; the address given for it is no longer known",
        BuiltInRule.BadName => "ask for a host name of letters, digits, hyphens and dots, or an address",
        BuiltInRule.SniMismatch => "the TLS server name must be the name that was looked up",
        BuiltInRule.SniMissing => "send the TLS server name (SNI)",
        BuiltInRule.TlsMalformed => "the TLS greeting could not be read",
        BuiltInRule.HostMismatch => "the Host header must be the name that was looked up",
        BuiltInRule.HttpMalformed => "the HTTP request could not be read strictly",
        BuiltInRule.Unresolvable => "the name does not resolve; check its spelling",
        BuiltInRule.Unreachable => "nothing answers there; try again later",
        BuiltInRule.ProxyUnreachable => "the upstream proxy does not carry it; check the proxy",
        BuiltInRule.TlsUnverified => "the server or the client did not accept the TLS connection; check the certificates",
        _ => $"the rule '{Rule}' refuses it; remove that rule, or, where allow rules win, {Allow(Target.Host)}",
    };

    // The same refusal is read by whoever ran a command and by clients of the server.
    private static string Allow(string? what) => $"allow {what} in the egress policy (caisson run: --allow {what})";
}

using System.Net;
using Caisson.Core.Policy;
using Caisson.Network.Egress;

namespace Caisson.Network.Addresses;

/// <summary>Refuses addresses that no sandbox may reach merely because a name resolves to them.</summary>
internal static class AddressGuard
{
    /// <summary>The built-in rule that refuses an address under a policy, or null when none does.</summary>
    public static string? Refuse(EgressPolicy policy, IPAddress address, int port)
    {
        switch (AddressRange.Classify(address))
        {
            case AddressKind.Metadata:
                return BuiltInRule.CloudMetadata;
            case AddressKind.Special:
                return Opened(policy, address, port) ? null : BuiltInRule.PrivateAddress;
            default:
                return HostAddresses.Contains(AddressRange.Effective(address)) && !Opened(policy, address, port) ? BuiltInRule.HostAddress : null;
        }
    }

    // A rule such as 0.0.0.0/0 means "the Internet", not this host's networks; 10.0.0.0/8 and fc00::/7 are the widest that mean the latter.
    private static bool Opened(EgressPolicy policy, IPAddress address, int port)
    {
        var effective = AddressRange.Effective(address);
        foreach (var rule in policy.Allow)
        {
            if (rule.Kind == EgressRuleKind.Network && (rule.Port is null || rule.Port == port) && rule.Network.PrefixLength >= 7
                && rule.Network.Contains(effective))
                return true;
        }

        return false;
    }
}

using Caisson.Core.Policy;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.Policy;

/// <summary>E2B's network settings as the engine's policies; messages are those that E2B's clients know.</summary>
internal static class NetworkPolicy
{
    /// <summary>Every destination, as E2B writes it.</summary>
    public const string AllTraffic = "0.0.0.0/0";

    private const string DomainsNeedBlockAll =
        "When specifying allowed domains in allow out, you must include 'ALL_TRAFFIC' in deny out to block all other traffic.";

    public static EgressPolicy Egress(NetworkConfig? network, bool? allowInternetAccess) =>
        Egress(network?.AllowOut, network?.DenyOut, network?.Rules, network?.EgressProxy, allowInternetAccess);

    public static EgressPolicy Egress(NetworkUpdate update) =>
        Egress(update.AllowOut, update.DenyOut, update.Rules, update.EgressProxy, update.AllowInternetAccess);

    public static IngressPolicy Ingress(NetworkConfig? network)
    {
        if (network is null)
            return new IngressPolicy();
        foreach (var port in network.HttpsPorts ?? [])
        {
            if (port is < 1 or > 65535)
                throw new E2bHttpException(400, $"invalid HTTPS port {port}");
        }

        return new IngressPolicy
        {
            Public = network.AllowPublicTraffic ?? true,
            MaskHost = RequestHostMask.Check(network.MaskRequestHost),
            HttpsPorts = network.HttpsPorts ?? [],
        };
    }

    private static EgressPolicy Egress(
        List<string>? allowOut,
        List<string>? denyOut,
        Dictionary<string, List<NetworkRule>?>? rules,
        NetworkProxy? proxy,
        bool? allowInternetAccess)
    {
        var deny = (denyOut ?? []).ConvertAll(Denied);
        var blockAll = allowInternetAccess == false || (denyOut ?? []).Contains(AllTraffic, StringComparer.Ordinal);
        var allow = (allowOut ?? []).ConvertAll(Allowed);
        if (!blockAll && allow.Exists(rule => rule.Kind is EgressRuleKind.Host or EgressRuleKind.Suffix))
            throw new E2bHttpException(400, DomainsNeedBlockAll);
        var policy = new EgressPolicy
        {
            DenyFirst = false,
            Transforms = HeaderTransforms.From(rules),
            Proxy = EgressProxies.From(proxy),
        };

        // ALL_TRAFFIC becomes the verdict on what no rule names: it then covers IPv6 too and opens no private range.
        // Allowing everything outdoes every deny rule, because an allow rule wins.
        if ((allowOut ?? []).Contains(AllTraffic, StringComparer.Ordinal))
            return policy with { Unlisted = EgressVerdict.Allow };
        return policy with
        {
            Allow = allow,
            Deny = [.. deny.Where(rule => rule.Text != AllTraffic)],
            Unlisted = blockAll ? EgressVerdict.Deny : EgressVerdict.Allow,
        };
    }

    private static EgressRule Denied(string text) =>
        text is not null && EgressRule.TryParse(text, out var rule, out _) && rule is { Kind: EgressRuleKind.Network, Port: null }
            ? rule
            : throw new E2bHttpException(400, $"invalid denied CIDR {text}");

    private static EgressRule Allowed(string text) =>
        text is not null && EgressRule.TryParse(text, out var rule, out _) && rule is { Port: null, Kind: not EgressRuleKind.Everything }
            ? rule
            : throw new E2bHttpException(400, $"invalid allowed address or domain {text}");
}

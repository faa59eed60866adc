using Caisson.Core.Policy;
using Caisson.Dialects.E2b.ControlPlane.Wire;

namespace Caisson.Dialects.E2b.Policy;

/// <summary>Policies as E2B's clients read them; a proxy's password and the values of injected headers are never among it.</summary>
internal static class NetworkView
{
    public static NetworkConfig Of(EgressPolicy egress, IngressPolicy ingress) => new()
    {
        AllowOut = [.. egress.Allow.Select(rule => rule.Text)],
        DenyOut = [.. egress.Unlisted == EgressVerdict.Deny ? [NetworkPolicy.AllTraffic] : Array.Empty<string>(), .. egress.Deny.Select(rule => rule.Text)],
        Rules = egress.Transforms.Count == 0 ? null : egress.Transforms.ToDictionary(
            transform => transform.Host,
            List<NetworkRule>? (transform) => [new NetworkRule { Transform = new NetworkTransform { Headers = Masked(transform) } }],
            StringComparer.Ordinal),
        EgressProxy = egress.Proxy is { } proxy ? new NetworkProxy { Address = $"{proxy.Host}:{proxy.Port}", Username = proxy.UserName } : null,
        AllowPublicTraffic = ingress.Public,
        MaskRequestHost = ingress.MaskHost,
        HttpsPorts = ingress.HttpsPorts.Count == 0 ? null : [.. ingress.HttpsPorts],
    };

    private static Dictionary<string, string> Masked(HeaderTransform transform) =>
        transform.Headers.Select(header => (header.Key, Value: "***"))
            .Concat((transform.SecretHeaders ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(header => (header.Key, Value: SecretPlaceholders.ToProtocol(header.Value))))
            .ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
}

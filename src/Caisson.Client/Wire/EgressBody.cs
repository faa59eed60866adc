using Caisson.Core.Policy;

namespace Caisson.Client.Wire;

internal sealed record EgressBody(
    IReadOnlyList<string> Allow, IReadOnlyList<string> Deny, EgressVerdict Unlisted, bool DenyFirst, IReadOnlyList<TransformBody> Transforms, ProxyBody? Proxy)
{
    public static EgressBody Of(EgressPolicy policy) => new(
        [.. policy.Allow.Select(rule => rule.Text)],
        [.. policy.Deny.Select(rule => rule.Text)],
        policy.Unlisted,
        policy.DenyFirst,
        [.. policy.Transforms.Select(TransformBody.Of)],
        policy.Proxy is { } proxy ? new ProxyBody(proxy.Host, proxy.Port, proxy.UserName, proxy.Password) : null);
}

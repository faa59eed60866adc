using Caisson.Core.Policy;
using Caisson.Engine.Sandboxes;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>What callers see of a sandbox: no variables, tokens or header values.</summary>
internal static class SandboxBodyOf
{
    /// <summary>The body that describes a sandbox.</summary>
    public static SandboxBody Info(SandboxInfo info, Domain domain) => new()
    {
        Id = info.Id.Value,
        State = info.State,
        Template = info.Spec.Template,
        Wall = info.Wall,
        StartedAt = info.StartedAt,
        EndsAt = info.EndsAt,
        PausedAt = info.PausedAt,
        Resources = info.Spec.Resources,
        Egress = Egress(info.Spec.Egress),
        Ingress = new IngressBody
        {
            Public = info.Spec.Ingress.Public,
            MaskHost = info.Spec.Ingress.MaskHost,
            HttpsPorts = [.. info.Spec.Ingress.HttpsPorts],
        },
        Metadata = info.Spec.Metadata,
        Domain = domain.Value,
    };

    private static EgressBody Egress(EgressPolicy policy) => new()
    {
        Allow = [.. policy.Allow.Select(rule => rule.Text)],
        Deny = [.. policy.Deny.Select(rule => rule.Text)],
        Unlisted = policy.Unlisted,
        DenyFirst = policy.DenyFirst,
        Transforms = [.. policy.Transforms.Select(transform =>
            new TransformBody(transform.Host, transform.Headers.Keys.ToDictionary(name => name, _ => "", StringComparer.Ordinal)))],
    };
}

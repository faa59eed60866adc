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
        FilesOnly = info.FilesOnly,
        Volumes = [.. info.Spec.Volumes.Select(volume => new VolumeMountBody(volume.Volume, volume.Path, volume.ReadOnly))],
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
        Transforms = [.. policy.Transforms.Select(Transform)],
    };

    // A secret's name may be seen, its value is not even here.
    private static TransformBody Transform(HeaderTransform transform)
    {
        var headers = transform.Headers.Keys.ToDictionary(name => name, _ => new HeaderValueBody(""), StringComparer.Ordinal);
        foreach (var (name, text) in transform.SecretHeaders ?? new Dictionary<string, string>(StringComparer.Ordinal))
            headers[name] = new HeaderValueBody(null, text[(text.LastIndexOf(':') + 1)..].TrimEnd('}'));
        return new TransformBody(transform.Host, headers);
    }
}

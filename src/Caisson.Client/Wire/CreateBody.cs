using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Client.Wire;

internal sealed record CreateBody(
    string Template, string? Wall, Resources Resources, IReadOnlyDictionary<string, string> Environment, int TimeoutSeconds,
    EgressBody Egress, IngressBody Ingress, IReadOnlyDictionary<string, string> Metadata,
    TimeoutAction OnTimeout, bool KeepMemory, int? IdleSeconds, bool AutoResume, IReadOnlyList<VolumeMountBody> Volumes)
{
    private const int DefaultTimeout = 300;

    public static CreateBody Of(SandboxSpec spec)
    {
        if (spec.Mounts.Count > 0)
            throw new CaissonException(ErrorCode.InvalidArgument, "A server mounts none of its host's directories for its callers.", "Copy the files in, or use 'caisson run' on the host.");
        return new CreateBody(
            spec.Template, spec.Wall, spec.Resources, spec.Environment,
            spec.Lifecycle.Timeout is { } timeout ? (int)Math.Ceiling(timeout.TotalSeconds) : DefaultTimeout,
            EgressBody.Of(spec.Egress),
            new IngressBody(spec.Ingress.Public, spec.Ingress.MaskHost, spec.Ingress.HttpsPorts),
            spec.Metadata,
            spec.Lifecycle.OnTimeout, spec.Lifecycle.KeepMemory, spec.Lifecycle.IdleTimeout is { } idle ? (int)Math.Ceiling(idle.TotalSeconds) : null, spec.Lifecycle.AutoResume,
            [.. spec.Volumes.Select(volume => new VolumeMountBody(volume.Volume, volume.Path, volume.ReadOnly))]);
    }
}

using System.Globalization;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Policy;
using Caisson.Dialects.E2b.Volumes.Wire;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Sandboxes as the control plane shows them.</summary>
internal static class SandboxViews
{
    private const string Client = "caisson";

    public static SandboxCreated Created(SandboxInfo info, E2bTemplate? template, E2bOptions options) => new(
        info.Id.Value,
        info.Spec.Template,
        template?.Alias ?? info.Defaults.Name ?? info.Spec.Template,
        Client,
        E2bOptions.EnvdVersion,
        info.AccessToken,
        info.TrafficToken,
        options.Domain);

    public static SandboxDetail Listed(SandboxInfo info) => new(
        info.Id.Value,
        info.Spec.Template,
        info.Defaults.Name ?? info.Spec.Template,
        Client,
        Time(info.StartedAt),
        Time(info.EndsAt ?? DateTimeOffset.MaxValue),
        StateOf(info.State),
        Cpus(info.Spec.Resources.Cpus),
        info.Spec.Resources.MemoryBytes >> 20,
        info.Spec.Resources.DiskBytes >> 20,
        E2bOptions.EnvdVersion,
        info.Spec.Metadata)
    {
        VolumeMounts = info.Spec.Volumes.Count == 0 ? null : [.. info.Spec.Volumes.Select(volume => new VolumeMountView(volume.Volume, volume.Path))],
    };

    public static SandboxDetail Detail(SandboxInfo info, E2bOptions options) => Listed(info) with
    {
        EnvdAccessToken = info.AccessToken,
        Domain = options.Domain,
        AllowInternetAccess = info.Spec.Egress is { Unlisted: EgressVerdict.Deny, Allow.Count: 0 } ? false : null,
        Network = NetworkView.Of(info.Spec.Egress, info.Spec.Ingress),
        Lifecycle = new LifecycleDetail(info.Spec.Lifecycle.OnTimeout == TimeoutAction.Pause ? "pause" : "kill", info.Spec.Lifecycle.AutoResume),
    };

    // The protocol knows two states; what is changing is told by where it comes from.
    private static string StateOf(SandboxState state) => state is SandboxState.Paused or SandboxState.Resuming ? "paused" : "running";

    public static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public static int Cpus(double cpus) => Math.Max(1, (int)Math.Ceiling(cpus));
}

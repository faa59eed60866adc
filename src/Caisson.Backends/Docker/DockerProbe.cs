using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Walls;
using Docker.DotNet.Models;

namespace Caisson.Backends.Docker;

/// <summary>Asks the host and its daemon what the Docker wall needs.</summary>
internal static class DockerProbe
{
    public static async Task<BackendReport> RunAsync(DockerOptions options, Daemon daemon, WallHost host, CancellationToken cancellation)
    {
        List<HostCheck> checks =
        [
            File.Exists(host.Options.Guest)
                ? new HostCheck("guest", HostCheckState.Ok, host.Options.Guest)
                : new HostCheck("guest", HostCheckState.Missing, $"{host.Options.Guest} is not there", "publish the guest beside the command line"),
            WallHost.IsRoot
                ? new HostCheck("root", HostCheckState.Ok, "root on the host")
                : new HostCheck("root", HostCheckState.Missing, "not root", "run the server as root"),
            File.Exists("/dev/loop-control")
                ? new HostCheck("loop devices", HostCheckState.Ok, "/dev/loop-control")
                : new HostCheck("loop devices", HostCheckState.Missing, "/dev/loop-control is not there", "modprobe loop"),
            host.Cgroups.Missing is { } missing
                ? new HostCheck("cgroups", HostCheckState.Degraded, $"{missing}: the daemon's own limits hold, usage is not known", "run as root on a host with cgroups")
                : new HostCheck("cgroups", HostCheckState.Ok, host.Cgroups.Parents.Count == 1 ? "v2" : "v1"),
        ];
        try
        {
            Describe(await daemon.InfoAsync(cancellation).ConfigureAwait(false), checks);
        }
        catch (CaissonException e)
        {
            checks.Add(new HostCheck("docker daemon", HostCheckState.Missing, e.Message, File.Exists(options.Socket) ? e.Remedy : "apt-get install docker.io, and start dockerd"));
        }

        return new BackendReport(checks.TrueForAll(check => check.State != HostCheckState.Missing), checks);
    }

    private static void Describe(SystemInfoResponse info, List<HostCheck> checks)
    {
        checks.Add(new HostCheck("docker daemon", HostCheckState.Ok, $"{info.ServerVersion}, runtimes: {string.Join(", ", (info.Runtimes ?? new Dictionary<string, RuntimeWithStatus>(StringComparer.Ordinal)).Keys.Order(StringComparer.Ordinal))}"));
        var security = info.SecurityOptions ?? [];
        checks.Add(security.Any(option => option.Contains("name=seccomp", StringComparison.Ordinal))
            ? new HostCheck("seccomp", HostCheckState.Ok, "the daemon takes a profile")
            : new HostCheck("seccomp", HostCheckState.Missing, "the daemon cannot filter system calls", "use a kernel and a daemon with seccomp"));
        checks.Add(HasUserNamespaces(info)
            ? new HostCheck("docker user namespaces", HostCheckState.Missing, "the daemon maps users (userns-remap), which this wall does not support", "use a daemon without userns-remap, or the bubblewrap wall, which maps users itself")
            : new HostCheck("docker user namespaces", HostCheckState.Degraded, "the daemon maps no users: root inside is the host's root with few rights", "use the bubblewrap wall where that matters"));
        checks.Add(info.DefaultRuntime is "runc" or "crun" or null or ""
            ? new HostCheck("docker runtime", HostCheckState.Ok, info.DefaultRuntime ?? "runc")
            : new HostCheck("docker runtime", HostCheckState.Missing, $"'{info.DefaultRuntime}' keeps a root of its own, which this wall cannot replace", "make runc or crun the default runtime"));
        checks.Add(info.LiveRestoreEnabled
            ? new HostCheck("docker live restore", HostCheckState.Ok, "sandboxes survive a restart of the daemon")
            : new HostCheck("docker live restore", HostCheckState.Degraded, "a restart of the daemon ends its sandboxes", "set \"live-restore\": true in its configuration"));
    }

    public static bool HasUserNamespaces(SystemInfoResponse info) => info.SecurityOptions?.Any(option => option.Contains("name=userns", StringComparison.Ordinal)) == true;
}

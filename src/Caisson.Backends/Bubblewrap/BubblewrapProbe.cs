using Caisson.Core.Backends;
using Caisson.Linux.Interop;
using Caisson.Walls;

namespace Caisson.Backends.Bubblewrap;

/// <summary>Asks the host what the Bubblewrap wall needs.</summary>
internal static class BubblewrapProbe
{
    public static BackendReport Run(BubblewrapOptions options, WallHost host)
    {
        var cgroups = host.Cgroups;
        List<HostCheck> checks =
        [
            Exists("bubblewrap", options.Executable, "apt-get install bubblewrap"),
            Exists("guest", host.Options.Guest, "publish the guest beside the command line"),
            File.Exists("/proc/self/ns/user") && ReadNumber("/proc/sys/user/max_user_namespaces") > 0
                ? new HostCheck("user namespaces", HostCheckState.Ok, "allowed")
                : new HostCheck("user namespaces", HostCheckState.Missing, "not allowed", "sysctl user.max_user_namespaces=10000"),
            cgroups.Missing is { } missing
                ? new HostCheck("cgroups", HostCheckState.Degraded, $"{missing}: memory and processes are bounded by the guest instead, processor time is not", "run as root, or delegate a cgroup")
                : new HostCheck("cgroups", HostCheckState.Ok, cgroups.Parents.Count == 1 ? "v2" : "v1"),
        ];
        if (Libc.GetUid() == 0)
            checks.Add(Exists("loop devices", "/dev/loop-control", "modprobe loop"));
        else
            checks.Add(new HostCheck("root", HostCheckState.Degraded, "not root: 'run' works, 'serve' does not", "run the server as root"));
        return new BackendReport(checks.TrueForAll(c => c.State != HostCheckState.Missing), checks);
    }

    private static HostCheck Exists(string feature, string path, string remedy) => File.Exists(path)
        ? new HostCheck(feature, HostCheckState.Ok, path)
        : new HostCheck(feature, HostCheckState.Missing, $"{path} is not there", remedy);

    private static long ReadNumber(string path) => long.TryParse(File.ReadAllText(path), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : 0;
}

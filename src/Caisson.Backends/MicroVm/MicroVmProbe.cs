using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Backends;
using Caisson.Walls;

namespace Caisson.Backends.MicroVm;

/// <summary>Asks the host what a wall of machines needs.</summary>
internal static class MicroVmProbe
{
    // What the advisor looks for.
    private const string Kvm = "kvm";

    public static async Task<BackendReport> RunAsync(string wall, MicroVmOptions options, WallHost host, MicroVmHost machines, CancellationToken cancellation)
    {
        var qemu = options.Monitor == MonitorKind.Qemu;
        List<HostCheck> checks =
        [
            qemu ? Exists("qemu", options.Qemu, "apt-get install qemu-system-x86") : Exists(wall, options.Program, $"put the program of a release of {wall} there"),
            Exists("machine kernel", Path.Combine(options.Kernel, qemu ? "vmlinuz" : "vmlinux"), "./caisson machine"),
            Exists("guest", host.Options.Guest, "publish the guest beside the command line"),
            Exists("erofs images", "/usr/bin/mkfs.erofs", "apt-get install erofs-utils"),
            WallHost.IsRoot ? new HostCheck("root", HostCheckState.Ok, "root") : new HostCheck("root", HostCheckState.Missing, "not root", "run the server as root"),
            host.Cgroups.Missing is { } missing
                ? new HostCheck("cgroups", HostCheckState.Degraded, $"{missing}: the monitors' memory and processor time are not limited from outside", "run as root, or delegate a cgroup")
                : new HostCheck("cgroups", HostCheckState.Ok, host.Cgroups.Parents.Count == 1 ? "v2" : "v1"),
        ];
        if (!qemu)
            checks.Add(new HostCheck("proof", HostCheckState.Degraded, "unproven on hardware: tested against its published interface alone", $"sudo caisson verify {wall}, on a host with KVM"));
        var usable = checks.TrueForAll(check => check.State != HostCheckState.Missing);
        checks.Add(await KvmAsync(usable, machines, qemu, cancellation).ConfigureAwait(false));
        return new BackendReport(checks.TrueForAll(check => check.State != HostCheckState.Missing), checks);
    }

    private static async Task<HostCheck> KvmAsync(bool usable, MicroVmHost machines, bool qemu, CancellationToken cancellation)
    {
        var (state, otherwise) = qemu ? (HostCheckState.Degraded, ": machines are translated (TCG), several times slower") : (HostCheckState.Missing, ", and this wall cannot do without");
        if (!File.Exists(KvmProbe.Device))
            return new HostCheck(Kvm, state, $"{KvmProbe.Device} is not there{otherwise}", "use a host with virtualization");
        if (!usable)
            return new HostCheck(Kvm, HostCheckState.Degraded, "not tried: the wall lacks something else", null);
        return await machines.KvmAsync(cancellation).ConfigureAwait(false)
            ? new HostCheck(Kvm, HostCheckState.Ok, "a guest starts with it")
            : new HostCheck(Kvm, state, $"the device opens, but no guest starts with it{otherwise}", "use a host with working virtualization");
    }

    private static HostCheck Exists(string feature, string path, string remedy) => File.Exists(path)
        ? new HostCheck(feature, HostCheckState.Ok, path)
        : new HostCheck(feature, HostCheckState.Missing, $"{path} is not there", remedy);
}

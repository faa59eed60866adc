using Caisson.Core.Backends;

namespace Caisson.Backends.Oci.Runtimes;

/// <summary>The runtimes that have a name here.</summary>
public static class KnownRuntimes
{
    /// <summary>crun: the leanest, in C.</summary>
    public static OciRuntime Crun { get; } = new()
    {
        Name = "crun",
        Programs = ["crun"],
        Least = new Version(1, 0),
        Strength = WallStrength.Container,
        Remedy = "apt-get install crun",
        Arguments = ["--cgroup-manager=disabled"],
        RunArguments = ["--preserve-fds=1"],
        RefusesHybridGroups = true,
    };

    /// <summary>runc: the reference.</summary>
    public static OciRuntime Runc { get; } = new()
    {
        Name = "runc",
        Programs = ["runc"],
        Least = new Version(1, 1),
        Strength = WallStrength.Container,
        Remedy = "apt-get install runc",
        RunArguments = ["--preserve-fds=1"],
        PlacesInGroups = true,
    };

    /// <summary>gVisor: a kernel in user space, which answers the calls of programs inside.</summary>
    /// <remarks>
    /// Its loopback is the prepared namespace's, so that the doors are the same as on every wall. Writes go to the sandbox's own disk and not into memory.
    /// KVM is not tried: where it is only half there, it hangs.
    /// </remarks>
    public static OciRuntime Gvisor { get; } = new()
    {
        Name = "gvisor",
        Programs = ["runsc"],
        Strength = WallStrength.UserKernel,
        Remedy = "./caisson wall gvisor",
        Arguments = ["--network=host", "--ignore-cgroups", "--overlay2=none", "--host-uds=none"],
        Platforms = ["systrap", "ptrace"],
        SharesKernel = false,
        OwnMemoryBytes = 512L << 20,
        OwnPids = 1024,
    };

    /// <summary>Kata Containers: a machine for each container.</summary>
    public static OciRuntime Kata { get; } = new()
    {
        Name = "kata",
        Programs = ["kata-runtime"],
        Strength = WallStrength.Machine,
        Refused = "Kata Containers has had no command line of an OCI runtime since version 2",
        Remedy = "use the microvm wall, which is a machine for each sandbox too",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OciRuntime> All { get; } = [Crun, Runc, Gvisor, Kata];
}

using System.Globalization;
using Caisson.Backends.Oci.Runtimes;
using Caisson.Backends.Oci.Spec;
using Caisson.Linux.Namespaces;
using Caisson.Walls.Doors;
using Caisson.Walls.Ids;
using Caisson.Walls.Launching;
using Caisson.Walls.Staging;

namespace Caisson.Backends.Oci;

/// <summary>Writes the configuration of a container for a sandbox whose root is composed already.</summary>
internal static class ContainerWriter
{
    private const uint OnlyUser = 1000;

    private static readonly string[] _readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public static ContainerSpec Write(Launch launch, OciRuntime runtime)
    {
        var several = launch.Request.Root.MultiUser;
        var user = several ? new ContainerUser(0, 0) : new ContainerUser(OnlyUser, OnlyUser);
        IReadOnlyList<string> capabilities = several ? GuestCapabilities.Names : [];
        return new ContainerSpec(
            "1.0.2",
            new ContainerProcess(user, Arguments(launch, runtime), [], "/", new ContainerCapabilities(capabilities, capabilities, capabilities), NoNewPrivileges: true),
            new ContainerRoot(launch.Root.Path, Readonly: !launch.Request.Root.Writable),
            launch.Resources.Id.Value,
            [.. Mounts(launch)],
            new ContainerLinux(
                [.. Namespaces(launch, runtime)],
                Map(launch, runtime, launch.Resources.Owners.User),
                Map(launch, runtime, launch.Resources.Owners.Group),
                runtime.PlacesInGroups && launch.Resources.Cgroup is not null ? $"/caisson/{launch.Resources.Id.Value}" : null,
                new ContainerResources([new DeviceRule(Allow: false, "rwm")]),
                [.. ProcMasks.Files.Concat(ProcMasks.Directories).Select(name => $"/proc/{name}")],
                _readOnly));
    }

    private static List<string> Arguments(Launch launch, OciRuntime runtime)
    {
        List<string> arguments = [LaunchSteps.GuestPath];
        arguments.AddRange(runtime.SharesKernel ? ["--control", "3"] : ["--port", WallPorts.Control.ToString(CultureInfo.InvariantCulture)]);
        arguments.Add("--boot");
        if (launch.Request.Detached)
            arguments.Add("--listen");
        if (launch.Request.Root.MultiUser)
            arguments.Add("--sudo");
        return arguments;
    }

    private static IEnumerable<ContainerMount> Mounts(Launch launch)
    {
        yield return new ContainerMount("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]);
        yield return new ContainerMount("/dev", "tmpfs", "tmpfs", ["nosuid", "noexec", "mode=755", "size=64k"]);
        yield return new ContainerMount("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]);
        yield return new ContainerMount("/dev/shm", "tmpfs", "shm", ["nosuid", "nodev", "mode=1777", string.Create(CultureInfo.InvariantCulture, $"size={Devices.SharedMemoryBytes}")]);
        // What may be done with it was decided when it was composed; the runtime only puts it in its place.
        foreach (var mount in launch.Root.Nested)
            yield return new ContainerMount(mount.Target, "bind", mount.Path, mount.ReadOnly ? ["rbind", "nosuid", "nodev", "ro"] : ["rbind", "nosuid", "nodev"]);
    }

    private static IEnumerable<ContainerNamespace> Namespaces(Launch launch, OciRuntime runtime)
    {
        foreach (var type in (string[])["pid", "ipc", "uts", "mount"])
            yield return new ContainerNamespace(type);
        yield return new ContainerNamespace("network", string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{launch.Resources.NetworkHandle.DangerousGetHandle()}"));
        if (runtime.SharesKernel)
            yield return new ContainerNamespace("user");
    }

    // Where several users are inside, their ids are the ones their files have on disk; a single one is whoever owns the workspace.
    private static List<ContainerIdMap>? Map(Launch launch, OciRuntime runtime, uint owner) => !runtime.SharesKernel
        ? null
        : [.. IdMap.Range(launch.Resources.FirstId, IdRange.Size, launch.Request.Root.MultiUser ? owner : OnlyUser).Select(map => new ContainerIdMap(map.Inside, map.Outside, map.Count))];
}

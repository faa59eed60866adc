using Caisson.Backends.MicroVm.Monitors;

namespace Caisson.Backends.MicroVm;

/// <summary>What the MicroVM wall needs to know of its host.</summary>
public sealed record MicroVmOptions
{
    /// <summary>A directory with the machine's kernel (<c>vmlinuz</c>) and, in <c>modules</c>, what it loads, in the order of their names.</summary>
    public required string Kernel { get; init; }

    /// <summary>Where images of layers and kept memory lie, for every server of this host; made when needed.</summary>
    public string Cache { get; init; } = "/var/cache/caisson/microvm";

    /// <summary>The monitor, which also names the wall.</summary>
    public MonitorKind Monitor { get; init; } = MonitorKind.Qemu;

    /// <summary>The QEMU program.</summary>
    public string Qemu { get; init; } = "/usr/bin/qemu-system-x86_64";

    /// <summary>The monitor's program.</summary>
    public string Program => Monitor switch
    {
        MonitorKind.Firecracker => Installed("firecracker"),
        MonitorKind.CloudHypervisor => Installed("cloud-hypervisor"),
        _ => Qemu,
    };

    /// <summary>How long a machine may take to its guest's first word before it is started anew.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a machine is started anew before a template is given up.</summary>
    public int BootAttempts { get; init; } = 3;

    /// <summary>How long a machine may take to go on from kept memory and become a sandbox; then another is started, once.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a start waits for the image of its template before it says that the image is still being made.</summary>
    public TimeSpan ImagePatience { get; init; } = TimeSpan.FromSeconds(45);

    // Neither is in a Debian package.
    private static string Installed(string name) => File.Exists($"/usr/bin/{name}") ? $"/usr/bin/{name}" : $"/usr/local/bin/{name}";
}

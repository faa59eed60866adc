namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>The programs that can run machines here.</summary>
public enum MonitorKind
{
    /// <summary>QEMU, with its machine made for this; also without virtualization.</summary>
    Qemu,

    /// <summary>Firecracker; only with KVM.</summary>
    Firecracker,

    /// <summary>Cloud Hypervisor; only with KVM.</summary>
    CloudHypervisor,
}

using Caisson.Linux.Cgroups;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>One machine to be started.</summary>
/// <param name="Name">What its monitor is called.</param>
/// <param name="Directory">Where its sockets lie.</param>
/// <param name="Shape">What it is made of.</param>
/// <param name="Disks">Its disks, in the same order for every machine of a shape.</param>
/// <param name="Memory">The file of its memory.</param>
/// <param name="State">The kept state of its devices to go on from, or null to start from nothing.</param>
/// <param name="Owner">The host id that its monitor runs as.</param>
/// <param name="Network">The network namespace of its monitor.</param>
/// <param name="Cgroup">The group of its monitor, or null.</param>
internal sealed record MachineStart(
    string Name, string Directory, MachineShape Shape, IReadOnlyList<MachineDisk> Disks, SafeFileHandle Memory, byte[]? State, uint Owner, SafeFileHandle? Network, SandboxCgroup? Cgroup)
{
    /// <summary>Whether it is one that was written to disk: its memory is put back into the file, which is its own, with the state of its devices.</summary>
    public bool Written { get; init; }

    /// <summary>Whether it writes to the file of its memory though it goes on from kept state, so that it can be kept again.</summary>
    public bool OwnsMemory { get; init; }

    /// <summary>Whether it has been started before: its kernel is in its memory.</summary>
    public bool GoesOn => State is not null || Written;
}

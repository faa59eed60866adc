namespace Caisson.Guest.Machine;

/// <summary>What the monitor's kind means to the guest, from the kernel's command line.</summary>
/// <param name="Vsock">Whether the host connects to a socket, for want of a serial port.</param>
/// <param name="OrderedDisks">Whether disks are told apart by their order, for want of serial numbers.</param>
internal readonly record struct MachineKind(bool Vsock, bool OrderedDisks)
{
    public static MachineKind Read()
    {
        var words = File.ReadAllText("/proc/cmdline").Split([' ', '\n']);
        return new MachineKind(words.Contains("caisson.line=vsock", StringComparer.Ordinal), words.Contains("caisson.disks=ordered", StringComparer.Ordinal));
    }
}

using Caisson.Backends.MicroVm.Monitors;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>A machine that was started, prepared and stopped: what sandboxes go on from.</summary>
/// <param name="Shape">What it is made of.</param>
/// <param name="Memory">Its memory, sealed.</param>
/// <param name="State">The state of its devices.</param>
internal sealed record KeptMachine(MachineShape Shape, SafeFileHandle Memory, byte[] State)
{
    /// <summary>The disk that goes with its memory, of which each sandbox gets a copy; null where the machine has taken none.</summary>
    public string? Disk { get; init; }

    /// <summary>Makes one by a machine that fills the memory it is given, tells the state of its devices and has ended.</summary>
    public static async Task<KeptMachine> MakeAsync(MachineShape shape, Func<SafeFileHandle, Task<byte[]>> run)
    {
        var memory = SealedMemory.Create((long)shape.MemoryMegabytes << 20);
        try
        {
            var state = await run(memory).ConfigureAwait(false);
            SealedMemory.Seal(memory);
            return new KeptMachine(shape, memory, state);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }
}

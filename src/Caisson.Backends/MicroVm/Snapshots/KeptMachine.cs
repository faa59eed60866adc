using Caisson.Backends.MicroVm.Monitors;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>A machine that was started, prepared for its template and stopped: what every sandbox of the template goes on from.</summary>
/// <param name="Shape">What it is made of.</param>
/// <param name="Memory">Its memory, sealed.</param>
/// <param name="State">The state of its devices.</param>
internal sealed record KeptMachine(MachineShape Shape, SafeFileHandle Memory, byte[] State);

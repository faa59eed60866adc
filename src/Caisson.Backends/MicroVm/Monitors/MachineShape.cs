namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>What a machine is made of, apart from what it remembers.</summary>
/// <param name="MemoryMegabytes">Its memory.</param>
/// <param name="Cpus">Its processors.</param>
/// <param name="Layers">Files of the template's layers.</param>
internal sealed record MachineShape(int MemoryMegabytes, int Cpus, IReadOnlyList<string> Layers);

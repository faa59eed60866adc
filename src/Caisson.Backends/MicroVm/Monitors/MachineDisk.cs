namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>A disk of a machine.</summary>
/// <param name="Serial">The number by which the guest knows it.</param>
/// <param name="Path">Its file, or null for one of zeros that is there for others to take its place.</param>
/// <param name="ReadOnly">Whether it cannot be written to.</param>
internal sealed record MachineDisk(string Serial, string? Path, bool ReadOnly);

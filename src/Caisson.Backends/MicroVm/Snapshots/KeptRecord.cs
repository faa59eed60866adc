namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>What is written beside kept memory.</summary>
/// <param name="Memory">Hash of the memory.</param>
/// <param name="State">Hash of the devices' state.</param>
/// <param name="Disk">Hash of the disk, or null where there is none.</param>
internal sealed record KeptRecord(string Memory, string State, string? Disk);

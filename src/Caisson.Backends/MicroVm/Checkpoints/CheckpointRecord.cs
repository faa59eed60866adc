namespace Caisson.Backends.MicroVm.Checkpoints;

/// <summary>What is written beside the memory of a machine, last: without it the memory is not whole.</summary>
/// <param name="Key">What the memory goes with, as kept machines are named.</param>
/// <param name="Memory">Its hash.</param>
/// <param name="Token">What a host begins its line with.</param>
internal sealed record CheckpointRecord(string Key, string Memory, byte[] Token);

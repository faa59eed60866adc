namespace Caisson.Core.Backends;

/// <summary>The memory of a sandbox's processes, copied beside its files.</summary>
/// <param name="Digest">A hash of its content.</param>
/// <param name="Bytes">What it takes on the host's disk.</param>
/// <param name="Processes">Processes in it, the guest not counted.</param>
public sealed record CapturedMemory(string Digest, long Bytes, int Processes);

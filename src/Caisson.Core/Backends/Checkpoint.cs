namespace Caisson.Core.Backends;

/// <summary>What was written of a sandbox's memory.</summary>
/// <param name="Bytes">Its size on disk.</param>
/// <param name="Processes">Processes in it, the guest not counted.</param>
public sealed record Checkpoint(long Bytes, int Processes);

namespace Caisson.Engine.Sandboxes;

/// <summary>The memory of a paused sandbox, written to disk or being written.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Processes">Processes that go on from it.</param>
/// <param name="Whole">Whether all of it is there and the sandbox has nothing else; until then its wall still has it.</param>
public sealed record MemoryOnDisk(long Bytes, int Processes, bool Whole);

namespace Caisson.Core.Guests;

/// <summary>A piece of output, at most <see cref="GuestLimits.OutputChunk"/> bytes; <see cref="Data"/> is valid until the next event is read.</summary>
/// <param name="Stream">Where it was written.</param>
/// <param name="Offset">How many bytes of this process's output (all streams) came before it.</param>
/// <param name="Data">The bytes.</param>
public sealed record ExecOutputEvent(OutputStream Stream, long Offset, ReadOnlyMemory<byte> Data) : ExecEvent;

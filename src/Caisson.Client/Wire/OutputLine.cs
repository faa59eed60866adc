namespace Caisson.Client.Wire;

internal sealed record OutputLine(string Stream, long Offset, byte[] Data) : ExecLine;

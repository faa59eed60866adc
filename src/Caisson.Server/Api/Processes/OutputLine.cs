namespace Caisson.Server.Api.Processes;

/// <summary>A piece of output.</summary>
/// <param name="Stream">One of stdout, stderr, terminal.</param>
/// <param name="Offset">How many bytes of the program's output came before it; re-attach from Offset plus the length.</param>
/// <param name="Data">The bytes, in base64.</param>
internal sealed record OutputLine(string Stream, long Offset, ReadOnlyMemory<byte> Data) : ExecLine;

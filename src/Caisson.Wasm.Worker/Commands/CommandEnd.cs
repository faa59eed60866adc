namespace Caisson.Wasm.Worker.Commands;

/// <summary>How a command ended, as its callers are told.</summary>
internal sealed record CommandEnd(int? ExitCode, int? Signal, bool TimedOut, bool OutOfMemory);

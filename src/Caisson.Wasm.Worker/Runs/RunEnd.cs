namespace Caisson.Wasm.Worker.Runs;

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">The code it ended with, or null where a signal stands for its end.</param>
/// <param name="Signal">What stands for an end that was not its own, or null.</param>
/// <param name="Message">What is to be said of it on its error output, or null.</param>
/// <param name="OutOfMemory">Whether it failed with its memory all but used up.</param>
internal sealed record RunEnd(int? ExitCode, int? Signal, string? Message, bool OutOfMemory = false);

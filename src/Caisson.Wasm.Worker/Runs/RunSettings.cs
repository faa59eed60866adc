namespace Caisson.Wasm.Worker.Runs;

/// <summary>What one run of a module is given.</summary>
/// <param name="Arguments">Its arguments, its name first.</param>
/// <param name="Environment">Its variables.</param>
/// <param name="WorkingDirectory">What relative paths are relative to.</param>
/// <param name="Trees">All that it sees of the file system.</param>
/// <param name="Input">The path of a pipe to read, or null for no input.</param>
/// <param name="Fuel">How much it may execute, or null for no bound but time.</param>
internal sealed record RunSettings(
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory,
    IReadOnlyList<Tree> Trees,
    string? Input,
    ulong? Fuel);

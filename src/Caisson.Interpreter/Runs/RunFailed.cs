namespace Caisson.Interpreter.Runs;

/// <summary>The code failed.</summary>
/// <param name="Name">The kind of the error.</param>
/// <param name="Value">Its message.</param>
/// <param name="Traceback">Where it came from, as text without colours.</param>
public sealed record RunFailed(string Name, string Value, string Traceback) : RunEvent;

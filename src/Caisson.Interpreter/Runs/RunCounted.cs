namespace Caisson.Interpreter.Runs;

/// <summary>The run began.</summary>
/// <param name="Count">Which run of its context it is, from 1.</param>
public sealed record RunCounted(int Count) : RunEvent;

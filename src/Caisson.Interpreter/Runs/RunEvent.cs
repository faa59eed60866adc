namespace Caisson.Interpreter.Runs;

/// <summary>What happened while code ran.</summary>
public abstract record RunEvent;

namespace Caisson.Dialects.SweRex.Wire;

/// <summary>What came of a command; a signal is a negative exit code.</summary>
internal sealed record CommandResult(string Stdout, string Stderr, int? ExitCode);

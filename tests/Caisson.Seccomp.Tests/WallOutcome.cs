namespace Caisson.Seccomp.Tests;

internal sealed record WallOutcome(int ExitCode, string Output, string Errors);

namespace Caisson.Dialects.SandboxFusion.Running;

/// <summary>What came of one program.</summary>
internal sealed record CommandRunResult(string Status, double? ExecutionTime, int? ReturnCode, string? Stdout, string? Stderr);

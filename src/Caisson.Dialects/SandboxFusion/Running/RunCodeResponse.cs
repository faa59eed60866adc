namespace Caisson.Dialects.SandboxFusion.Running;

/// <summary>What came of code.</summary>
internal sealed record RunCodeResponse(
    string Status, string Message, CommandRunResult? CompileResult, CommandRunResult? RunResult, string? ExecutorPodName, IReadOnlyDictionary<string, byte[]> Files);

using Caisson.Dialects.SandboxFusion.Running;

namespace Caisson.Dialects.SandboxFusion.Jupyter;

/// <summary>What came of a notebook.</summary>
internal sealed record NotebookResponse(
    string Status, string Message, CommandRunResult? Driver, IReadOnlyList<NotebookCell> Cells, string? ExecutorPodName, IReadOnlyDictionary<string, byte[]> Files);

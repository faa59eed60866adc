namespace Caisson.Dialects.SandboxFusion.Jupyter;

/// <summary>What a cell raised.</summary>
internal sealed record NotebookError(string Ename, string Evalue, IReadOnlyList<string> Traceback);

using System.Text.Json;

namespace Caisson.Dialects.SandboxFusion.Jupyter;

/// <summary>What came of one cell.</summary>
internal sealed record NotebookCell(string Stdout, string Stderr, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Display, IReadOnlyList<NotebookError> Error);

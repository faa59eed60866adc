using System.Text.Json;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>The judge's answer.</summary>
internal sealed record EvalResult(
    JsonElement Id, bool Accepted, string ExtractedCode, string? FullCode, string? TestCode, IReadOnlyList<EvalTest> Tests, string? ExtractedType, JsonElement? Extra);

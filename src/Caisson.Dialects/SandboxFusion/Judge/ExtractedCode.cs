namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>Code found in a model's words, and how it was found.</summary>
internal sealed record ExtractedCode(string Code, string Type);

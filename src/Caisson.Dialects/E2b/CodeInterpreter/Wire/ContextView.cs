namespace Caisson.Dialects.E2b.CodeInterpreter.Wire;

/// <summary>A context as clients see it.</summary>
internal sealed record ContextView(string Id, string Language, string Cwd);

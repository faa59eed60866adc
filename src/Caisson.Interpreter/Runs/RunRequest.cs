namespace Caisson.Interpreter.Runs;

/// <summary>Code to run once.</summary>
/// <param name="Code">The code.</param>
/// <param name="ContextId">The context, or null for the language's default one.</param>
/// <param name="Language">The language where no context is named, or null for Python.</param>
/// <param name="Environment">Variables for this run alone.</param>
public sealed record RunRequest(string Code, string? ContextId, string? Language, IReadOnlyDictionary<string, string> Environment);

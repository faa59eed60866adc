namespace Caisson.Interpreter.Languages;

/// <summary>A file that must be there and what brings it.</summary>
internal sealed record RequiredProgram(string Path, string Package);

namespace Caisson.Dialects.E2b.Envd.Files;

internal sealed record WrittenFile(string Name, string Path, string Type, IReadOnlyDictionary<string, string>? Metadata);

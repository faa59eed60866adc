namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A file's text.</summary>
internal sealed record FileContent(string Content);

namespace Caisson.Dialects.E2b.CodeInterpreter.Wire;

/// <summary>A context to make.</summary>
internal sealed class ContextRequest
{
    public string? Language { get; set; }

    public string? Cwd { get; set; }
}

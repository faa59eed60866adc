namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

/// <summary>The request of Stat, MakeDir and Remove.</summary>
internal sealed class PathRequest
{
    public string? Path { get; set; }
}

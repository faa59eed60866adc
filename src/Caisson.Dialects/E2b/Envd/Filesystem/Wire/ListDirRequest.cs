namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class ListDirRequest
{
    public string? Path { get; set; }

    public uint? Depth { get; set; }
}

namespace Caisson.Dialects.E2b.Envd.Filesystem.Wire;

internal sealed class MoveRequest
{
    public string? Source { get; set; }

    public string? Destination { get; set; }
}

namespace Caisson.Dialects.E2b.Volumes.Wire;

internal sealed class NewVolume
{
    public string? Name { get; set; }
}

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class SnapshotBody
{
    public string? Name { get; set; }
}

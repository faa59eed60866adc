namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class RefreshRequest
{
    public int? Duration { get; set; }
}

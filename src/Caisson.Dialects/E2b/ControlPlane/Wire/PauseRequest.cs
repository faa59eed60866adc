namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class PauseRequest
{
    public bool? Memory { get; set; }
}

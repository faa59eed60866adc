namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class AutoResume
{
    public bool? Enabled { get; set; }
}

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class NetworkTransform
{
    public Dictionary<string, string>? Headers { get; set; }
}

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class NetworkRule
{
    public NetworkTransform? Transform { get; set; }
}

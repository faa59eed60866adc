namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class NetworkProxy
{
    public string? Address { get; set; }

    public string? Username { get; set; }

    public string? Password { get; set; }
}

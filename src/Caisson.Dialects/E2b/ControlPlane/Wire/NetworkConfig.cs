namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class NetworkConfig
{
    public List<string>? AllowOut { get; set; }

    public List<string>? DenyOut { get; set; }

    public Dictionary<string, List<NetworkRule>?>? Rules { get; set; }

    public NetworkProxy? EgressProxy { get; set; }

    public bool? AllowPublicTraffic { get; set; }

    public string? MaskRequestHost { get; set; }

    public List<int>? HttpsPorts { get; set; }
}

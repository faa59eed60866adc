using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class NetworkUpdate
{
    public List<string>? AllowOut { get; set; }

    public List<string>? DenyOut { get; set; }

    public Dictionary<string, List<NetworkRule>?>? Rules { get; set; }

    public NetworkProxy? EgressProxy { get; set; }

    [JsonPropertyName("allow_internet_access")]
    public bool? AllowInternetAccess { get; set; }
}

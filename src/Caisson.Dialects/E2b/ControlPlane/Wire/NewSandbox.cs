using System.Text.Json;
using System.Text.Json.Serialization;
using Caisson.Dialects.E2b.Volumes.Wire;

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

internal sealed class NewSandbox
{
    [JsonPropertyName("templateID")]
    public string? TemplateId { get; set; }

    public int? Timeout { get; set; }

    public bool? AutoPause { get; set; }

    public bool? AutoPauseMemory { get; set; }

    public AutoResume? AutoResume { get; set; }

    public Dictionary<string, string>? EnvVars { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    [JsonPropertyName("allow_internet_access")]
    public bool? AllowInternetAccess { get; set; }

    public NetworkConfig? Network { get; set; }

    public JsonElement? Iam { get; set; }

    public List<VolumeMountView?>? VolumeMounts { get; set; }
}

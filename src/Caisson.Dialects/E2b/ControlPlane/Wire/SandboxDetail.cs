using System.Text.Json.Serialization;
using Caisson.Dialects.E2b.Volumes.Wire;

namespace Caisson.Dialects.E2b.ControlPlane.Wire;

/// <summary>A sandbox as get and list answer it; list leaves the last ones null, which are then not written.</summary>
internal sealed record SandboxDetail(
    [property: JsonPropertyName("sandboxID")] string SandboxId,
    [property: JsonPropertyName("templateID")] string TemplateId,
    string? Alias,
    [property: JsonPropertyName("clientID")] string ClientId,
    string StartedAt,
    string EndAt,
    string State,
    int CpuCount,
    [property: JsonPropertyName("memoryMB")] long MemoryMb,
    [property: JsonPropertyName("diskSizeMB")] long DiskSizeMb,
    string EnvdVersion,
    IReadOnlyDictionary<string, string> Metadata)
{
    public IReadOnlyList<VolumeMountView>? VolumeMounts { get; init; }

    public string? EnvdAccessToken { get; init; }

    public string? Domain { get; init; }

    public bool? AllowInternetAccess { get; init; }

    public NetworkConfig? Network { get; init; }

    public LifecycleDetail? Lifecycle { get; init; }
}

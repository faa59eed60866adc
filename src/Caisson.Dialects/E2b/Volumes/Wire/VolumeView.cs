using System.Text.Json.Serialization;

namespace Caisson.Dialects.E2b.Volumes.Wire;

/// <summary>A volume; listings leave the token out.</summary>
internal sealed record VolumeView([property: JsonPropertyName("volumeID")] string VolumeId, string Name, string? Token);

using Caisson.Engine.Volumes;

namespace Caisson.Server.Api.Volumes;

/// <summary>A volume.</summary>
internal sealed record VolumeBody(string Id, string Name, long Bytes, int Files, DateTimeOffset CreatedAt)
{
    /// <summary>The body that describes a volume.</summary>
    public static VolumeBody Of(VolumeInfo volume) => new(volume.Id, volume.Name, volume.Quota.Bytes, volume.Quota.Files, volume.CreatedAt);
}

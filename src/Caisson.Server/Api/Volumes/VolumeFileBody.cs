using Caisson.Core.Volumes;

namespace Caisson.Server.Api.Volumes;

/// <summary>One file, directory or link of a volume.</summary>
internal sealed record VolumeFileBody(string Name, string Path, VolumeEntryType Type, long Size, int Mode, uint User, uint Group, DateTimeOffset ModifiedAt, string? LinkTarget)
{
    /// <summary>The body that describes an entry.</summary>
    public static VolumeFileBody Of(VolumeEntry entry) =>
        new(entry.Name, entry.Path, entry.Type, entry.Size, entry.Mode, entry.User, entry.Group, entry.ModifiedAt, entry.Target);
}

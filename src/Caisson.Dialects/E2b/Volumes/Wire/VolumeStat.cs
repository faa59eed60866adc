using Caisson.Core.Volumes;
using Caisson.Dialects.E2b.ControlPlane;

namespace Caisson.Dialects.E2b.Volumes.Wire;

internal sealed record VolumeStat(
    string Name, string Type, string Path, long Size, int Mode, uint Uid, uint Gid, string Atime, string Mtime, string Ctime, string? Target)
{
    public static VolumeStat Of(VolumeEntry entry) => new(
        entry.Name, TypeOf(entry.Type), entry.Path, entry.Size, entry.Mode, entry.User, entry.Group,
        SandboxViews.Time(entry.AccessedAt), SandboxViews.Time(entry.ModifiedAt), SandboxViews.Time(entry.ChangedAt), entry.Target);

    private static string TypeOf(VolumeEntryType type) => type switch
    {
        VolumeEntryType.File => "file",
        VolumeEntryType.Directory => "directory",
        VolumeEntryType.Symlink => "symlink",
        _ => "unknown",
    };
}

namespace Caisson.Core.Volumes;

/// <summary>What lies at a path of a volume.</summary>
public enum VolumeEntryType
{
    /// <summary>A pipe, a socket or a device.</summary>
    Other,
    File,
    Directory,
    Symlink,
}

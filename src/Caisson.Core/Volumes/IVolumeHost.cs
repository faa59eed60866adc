namespace Caisson.Core.Volumes;

/// <summary>What the host does for volumes: file systems in images, and mounts of them.</summary>
public interface IVolumeHost
{
    /// <summary>Makes an image with an empty file system of that size; on failure none is left.</summary>
    Task FormatAsync(string image, VolumeQuota quota, CancellationToken cancellation);

    /// <summary>Mounts an image at a place of the host, the same file system that sandboxes may have mounted already.</summary>
    Task<IMountedVolume> MountAsync(string image, string place, CancellationToken cancellation);

    /// <summary>Takes away every mount below a directory, which a process before us left.</summary>
    void Sweep(string directory);
}

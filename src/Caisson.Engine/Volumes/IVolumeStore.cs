namespace Caisson.Engine.Volumes;

/// <summary>What a server remembers of volumes.</summary>
public interface IVolumeStore
{
    /// <summary>Writes a volume's record.</summary>
    Task SaveVolumeAsync(VolumeInfo volume, CancellationToken cancellation);

    /// <summary>Every volume.</summary>
    Task<IReadOnlyList<VolumeInfo>> LoadVolumesAsync(CancellationToken cancellation);

    /// <summary>Forgets a volume.</summary>
    Task DeleteVolumeAsync(string id, CancellationToken cancellation);
}

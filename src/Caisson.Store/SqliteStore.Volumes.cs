using Caisson.Engine.Volumes;

namespace Caisson.Store;

public sealed partial class SqliteStore : IVolumeStore
{
    /// <inheritdoc/>
    public Task SaveVolumeAsync(VolumeInfo volume, CancellationToken cancellation) =>
        UseAsync(_writer, connection => VolumeRows.Save(connection, volume), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<VolumeInfo>> LoadVolumesAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => VolumeRows.Load(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteVolumeAsync(string id, CancellationToken cancellation) =>
        UseAsync(_writer, connection => VolumeRows.Delete(connection, id), cancellation);
}

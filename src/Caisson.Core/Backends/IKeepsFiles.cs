namespace Caisson.Core.Backends;

/// <summary>A facet of walls whose sandboxes write to a disk that outlives them, and can be started on it again.</summary>
public interface IKeepsFiles
{
    /// <summary>Waits until a sandbox that was killed has let go of its disk and all of it has reached the host's own.</summary>
    /// <param name="disk">The disk, as <see cref="StartRequest.Disk"/> named it.</param>
    /// <param name="cancellation">Gives up.</param>
    Task SettleAsync(string disk, CancellationToken cancellation);

    /// <summary>Copies a settled disk into a new file, as <see cref="ILayered"/> does of one in use.</summary>
    Task<CapturedLayer> CaptureAsync(string disk, string path, CancellationToken cancellation);
}

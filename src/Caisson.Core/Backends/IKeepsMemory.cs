namespace Caisson.Core.Backends;

/// <summary>A facet of walls that keep sandboxes on disk with their processes (<see cref="ICheckpointable"/>), and can start others from that.</summary>
public interface IKeepsMemory : IKeepsFiles
{
    /// <summary>Copies what <see cref="ICheckpointable"/> wrote, for a <see cref="SandboxCopy"/>.</summary>
    /// <param name="checkpoint">The directory that it wrote.</param>
    /// <param name="memory">The directory to make; what a failure leaves of it is the caller's.</param>
    /// <param name="processes">How many are in it.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<CapturedMemory> CopyMemoryAsync(string checkpoint, string memory, int processes, CancellationToken cancellation);
}

namespace Caisson.Core.Backends;

/// <summary>A facet of walls that can write a sandbox to disk with its processes and their memory, and go on from there (<see cref="StartRequest.Checkpoint"/>). Their backend is an <see cref="IKeepsMemory"/>.</summary>
/// <remarks>What is written goes with the sandbox's disk as it is at that moment: neither is of use without the other.</remarks>
public interface ICheckpointable
{
    /// <summary>Writes all of it into a new directory and ends its processes. A failure leaves it as it was, frozen or not, and no directory.</summary>
    /// <param name="directory">The directory to make. It is whole when the processes have ended, even if whoever asked has ended before them.</param>
    /// <param name="cancellation">Gives up waiting for it to begin; what has begun is carried through.</param>
    Task<Checkpoint> CheckpointAsync(string directory, CancellationToken cancellation);
}

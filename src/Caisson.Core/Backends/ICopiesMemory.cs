namespace Caisson.Core.Backends;

/// <summary>A facet of walls that can copy a sandbox with the memory of its processes, while it lives on; others go on from the copy (<see cref="StartRequest.Copy"/>).</summary>
public interface ICopiesMemory
{
    /// <summary>As <see cref="ILayered.CaptureAsync"/>; where processes live in the sandbox, they are copied as they are at the same moment.</summary>
    /// <param name="path">The file to make of its disk; on failure none is left.</param>
    /// <param name="memory">The directory to make for its processes; none is made where there are none, and what a failure leaves of it is the caller's.</param>
    /// <param name="cancellation">Gives up waiting for it to begin; what has begun is carried through.</param>
    Task<CapturedLayer> CaptureWithMemoryAsync(string path, string memory, CancellationToken cancellation);
}

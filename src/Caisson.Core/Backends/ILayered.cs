namespace Caisson.Core.Backends;

/// <summary>A facet of walls that can copy what a sandbox has written over its root into a layer for others to stand on.</summary>
/// <remarks>Files only: processes and their memory are not in a layer. Only the wall that made a layer can read it.</remarks>
public interface ILayered
{
    /// <summary>Writes all that the sandbox has changed into a new file; the sandbox stands still meanwhile, and goes on after unless it was frozen before.</summary>
    /// <param name="path">The file to make; on failure none is left.</param>
    /// <param name="leaveProcesses">Whether a sandbox in which processes live may be copied without them; otherwise that is Unsupported.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<CapturedLayer> CaptureAsync(string path, bool leaveProcesses, CancellationToken cancellation);
}

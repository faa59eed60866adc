using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;

namespace Caisson.Walls.Disks;

/// <summary>The copy of a sandbox's disk that becomes a layer.</summary>
internal static class CapturedDisk
{
    /// <summary>Makes it and says what it is; where that fails nothing is left of it.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="copy">Makes the file, and says how long the sandbox stood still for it.</param>
    public static async Task<CapturedLayer> WriteAsync(string path, Func<Task<TimeSpan>> copy)
    {
        try
        {
            var stopped = await copy().ConfigureAwait(false);
            return new CapturedLayer(DiskImage.Digest(path), DiskImage.Allocated(path), stopped);
        }
        catch (Exception e)
        {
            File.Delete(path);
            if (e is LinuxException linux)
                throw new CaissonException(ErrorCode.Internal, $"the sandbox's disk could not be copied: {linux.Message}", "See that the state directory's disk has room.", inner: linux);
            throw;
        }
    }
}

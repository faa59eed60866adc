using System.Runtime.InteropServices;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Cgroups;

/// <summary>A lock on a group's directory, which the kernel takes back from a process that is killed.</summary>
internal static partial class CgroupLock
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int Now = 4;

    /// <summary>Locks a directory unless somebody's lock is in the way.</summary>
    public static SafeFileHandle? TryTake(string directory, bool exclusive)
    {
        var fd = Libc.Open(directory, Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0);
        if (fd < 0)
            return null;
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (Lock(fd, (exclusive ? Exclusive : Shared) | Now) == 0)
            return handle;
        handle.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int fd, int operation);
}

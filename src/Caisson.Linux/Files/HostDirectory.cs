using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Files;

/// <summary>Directories of the host.</summary>
public static class HostDirectory
{
    /// <summary>Waits until the names in a directory are on disk.</summary>
    public static void Sync(string path)
    {
        using var directory = new SafeFileHandle(LinuxException.Check(Libc.Open(path, Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC, 0), path), ownsHandle: true);
        LinuxException.Check(Libc.Syscall(Sys.Fsync, directory.DangerousGetHandle()), path);
    }
}

using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Cli.Run;

/// <summary>Paths of the host as the kernel understands them.</summary>
internal static class HostPath
{
    private const int PathOnly = 0x200000;

    /// <summary>The path of what a path leads to, without links.</summary>
    public static string Real(string path)
    {
        var descriptor = LinuxException.Check(Libc.Open(path, PathOnly | Flags.O_CLOEXEC, 0), path);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget ?? path;
    }
}

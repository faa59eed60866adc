using Caisson.Guest.Files;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Guest.Users;

/// <summary>Reads small files that the code inside may have replaced by anything.</summary>
internal static class SmallFile
{
    private const long MaxLength = 1 << 20;

    /// <summary>The lines of a regular file of at most 1 MiB, or none: opening a pipe would hang us, a device worse.</summary>
    public static IReadOnlyList<string> ReadLines(string path)
    {
        var fd = Libc.Open(path, Flags.O_RDONLY | Flags.O_NONBLOCK | Flags.O_CLOEXEC | Flags.O_NOCTTY, 0);
        if (fd < 0)
            return [];
        using var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (!FileStatus.Read(fd).IsRegular)
            return [];
        var length = Math.Min(RandomAccess.GetLength(handle), MaxLength);
        var bytes = new byte[length];
        var read = RandomAccess.Read(handle, bytes, 0);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, read).Split('\n');
    }
}

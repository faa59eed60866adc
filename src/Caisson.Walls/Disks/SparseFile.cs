using System.Runtime.InteropServices;
using Caisson.Linux.Interop;

namespace Caisson.Walls.Disks;

/// <summary>Copies files whose content is mostly holes.</summary>
internal static partial class SparseFile
{
    public static void Copy(string source, string target)
    {
        const int Data = 3;
        const int Hole = 4;
        using var from = File.OpenHandle(source);
        using var to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write);
        var length = RandomAccess.GetLength(from);
        RandomAccess.SetLength(to, length);
        var buffer = new byte[256 << 10];
        long at = 0;
        while (at < length && Seek((int)from.DangerousGetHandle(), at, Data) is var start and >= 0)
        {
            var end = Seek((int)from.DangerousGetHandle(), start, Hole);
            for (at = start; at < end;)
            {
                var count = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
                if (count == 0)
                    throw new LinuxException(source, Errno.EIO);
                RandomAccess.Write(to, buffer.AsSpan(0, count), at);
                at += count;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek64")]
    private static partial long Seek(int fd, long offset, int whence);
}

using System.Runtime.InteropServices;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>A machine's memory as a nameless file, sealed once it is kept: monitors open it for writing, and none can write to it.</summary>
internal static unsafe partial class SealedMemory
{
    private const int Piece = 256 << 10;

    /// <summary>Makes one of so many bytes, all zero.</summary>
    public static SafeFileHandle Create(long bytes)
    {
        const int CloseOnExecAndSealable = 1 | 2;
        nint fd;
        fixed (byte* name = "machine\0"u8)
            fd = LinuxException.Check(Libc.Syscall(Sys.MemfdCreate, (nint)name, CloseOnExecAndSealable), "memfd_create");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        RandomAccess.SetLength(handle, bytes);
        return handle;
    }

    /// <summary>Seals it for ever; nobody may have it mapped for writing any more.</summary>
    public static void Seal(SafeFileHandle memory)
    {
        const int AddSeals = 1033;
        const int SealShrinkGrowWrite = 1 | 2 | 4 | 8;
        LinuxException.Check(Libc.Fcntl((int)memory.DangerousGetHandle(), AddSeals, SealShrinkGrowWrite), "seal");
    }

    /// <summary>Copies what is not a hole.</summary>
    public static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        const int SeekData = 3;
        const int SeekHole = 4;
        var length = RandomAccess.GetLength(from);
        RandomAccess.SetLength(to, length);
        var buffer = new byte[Piece];
        for (long at = 0; at < length && Seek((int)from.DangerousGetHandle(), at, SeekData) is var start and >= 0;)
        {
            var end = Seek((int)from.DangerousGetHandle(), start, SeekHole);
            for (at = start; at < end;)
            {
                var count = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
                if (count == 0)
                    throw new LinuxException("read memory", Errno.EIO);
                // Pages of zeros are holes again: they would be memory taken for nothing.
                if (buffer.AsSpan(0, count).IndexOfAnyExcept((byte)0) >= 0)
                    RandomAccess.Write(to, buffer.AsSpan(0, count), at);
                at += count;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek64")]
    private static partial long Seek(int fd, long offset, int whence);
}
